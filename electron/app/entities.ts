/**
 * Reads entities of the store as domain objects. A project folder is not ours alone, so each is parsed;
 * one that does not parse (made by a newer version, say) is left out of lists rather than breaking them.
 */
import type { z } from 'zod';
import { fail } from '../../shared/errors.ts';
import type { Entity, FieldValue, Store } from '../store/store.ts';

/** What a domain schema is fed: the entity's registers and sets, and who made it when. */
export type Shape = (entity: Entity) => unknown;

export interface Kind<S extends z.ZodType> {
  /** The entity type in the store. */
  readonly type: string;
  /** For sentences: "There is no dataset with the id ...". */
  readonly word: string;
  readonly schema: S;
  readonly shape: Shape;
}

/** All entities of a kind, or those that show a value in a field; oldest first. */
export function listOf<S extends z.ZodType>(store: Store, kind: Kind<S>, where?: FieldValue): z.output<S>[] {
  return store.list(kind.type, where).flatMap((entity) => {
    const parsed = kind.schema.safeParse(kind.shape(entity));
    return parsed.success ? [parsed.data] : [];
  });
}

/** One entity. @throws AppError store/not-found when absent, removed or not readable. */
export function oneOf<S extends z.ZodType>(store: Store, kind: Kind<S>, id: string): z.output<S> {
  const entity = store.get(kind.type, id);
  const parsed = entity && kind.schema.safeParse(kind.shape(entity));
  if (!parsed?.success) throw fail('store/not-found', { kind: kind.word, id });
  return parsed.data;
}

/** For bringing something back: it may be removed, but it must have been there. @throws AppError store/not-found */
export function mustHaveExisted(store: Store, type: string, id: string): void {
  if (store.find(id)?.type !== type) throw fail('store/not-found', { kind: type, id });
}

/** Registers and the members every domain object shares. */
export function plain(entity: Entity): Record<string, unknown> {
  const { id, createdAtMs, createdBy, changedAtMs, changedBy, fields } = entity;
  return { ...fields, id, createdAtMs, createdBy, changedAtMs, changedBy };
}
