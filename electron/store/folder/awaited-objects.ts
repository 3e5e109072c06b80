/** Contents that were asked for and are not in the folder yet: a file sync brings them in any order, often after the log. */
import type { ObjectHash } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import { objectPathOf } from './layout.ts';
import type { Objects } from './objects.ts';

export interface AwaitedObjects extends Pick<Objects, 'pathOf' | 'has'> {
  /** Where they are awaited, relative to the project. */
  paths(): string[];
  /** Whether some that were awaited are here now; those are awaited no more. */
  settle(): Promise<boolean>;
}

/** Who asks for so many contents that are not here does not wait for each. */
const awaitedLimit = 500;

export function createAwaitedObjects(objects: Objects): AwaitedObjects {
  const awaited = new Set<ObjectHash>();

  function note(hash: ObjectHash, isHere: boolean): void {
    if (isHere) awaited.delete(hash);
    else if (awaited.size < awaitedLimit) awaited.add(hash);
  }

  return {
    async pathOf(hash) {
      try {
        const path = await objects.pathOf(hash);
        note(hash, true);
        return path;
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.failure.code.startsWith('store/object-')) note(hash, false);
        throw thrown;
      }
    },
    async has(hash) {
      const isHere = await objects.has(hash);
      note(hash, isHere);
      return isHere;
    },
    paths: () => [...awaited].map(objectPathOf),
    async settle() {
      let isAnyHere = false;
      for (const hash of awaited) {
        if (!(await objects.pathOf(hash).then(() => true, () => false))) continue;
        awaited.delete(hash);
        isAnyHere = true;
      }
      return isAnyHere;
    },
  };
}
