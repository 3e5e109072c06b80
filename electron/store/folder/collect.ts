/** What of the folder is of no use any more: found and explained here, removed by nobody unasked. */
import { join } from 'node:path';
import { temporaryPrefix, type Writer } from '../../files/atomic.ts';
import { listFiles, type FolderFile } from './folder.ts';
import type { Outbox } from './outbox.ts';
import { packedSegments } from './packing.ts';
import type { Sessions } from '../index/sessions.ts';

export interface Collectable {
  /** Relative to the project. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Why it is of no use, as a sentence part. */
  readonly why: string;
}

export interface CollectOptions {
  readonly writer: Writer;
  readonly projectDir: string;
  readonly device: string;
  readonly outbox: Outbox;
  readonly sessions: Sessions;
  readonly referencedObjects: () => readonly string[];
  readonly nowMs: number;
}

const dayMs = 86_400_000;
/** An object may be here before the event that names it: from a colleague whose log comes later, or from a run. */
const objectRestDays = 30;
/** A device that has done nothing for so long is not waited for. */
const activeDays = 90;

/** The files that are of no use. Cost: one walk over the folder. @throws files/* */
export async function findCollectable(options: CollectOptions): Promise<Collectable[]> {
  return [...(await leftovers(options)), ...(await packedAndSeen(options)), ...(await orphans(options))];
}

/** What writes that were cut short have left. */
async function leftovers({ writer: { disk }, projectDir, nowMs }: CollectOptions): Promise<Collectable[]> {
  const found: Collectable[] = [];
  const devices = (await disk.list(join(projectDir, 'log'))).filter(({ kind }) => kind === 'directory');
  for (const folder of ['', 'obj', 'seal', 'log', ...devices.map(({ name }) => `log/${name}`)]) {
    for (const { name, kind } of await disk.list(join(projectDir, folder))) {
      if (kind !== 'file' || !name.startsWith(temporaryPrefix)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const state = await disk.stat(join(projectDir, path)).catch(() => null);
      if (state && state.modifiedAtMs < nowMs - dayMs) found.push({ path, sizeBytes: state.sizeBytes, why: 'a write that was cut short left it' });
    }
  }
  return found;
}

/** Own small segments that a pack has, once every device that is active knows what they say. */
async function packedAndSeen({ writer, projectDir, device, outbox, sessions, nowMs }: CollectOptions): Promise<Collectable[]> {
  const others = sessions.writers().filter((other) => other.device !== device && other.lastAtMs >= nowMs - activeDays * dayMs);
  const seen = others.map((other) => sessions.seenBy(other.device));
  const heads = sessions.heads(device);
  const found: Collectable[] = [];
  for (const name of await packedSegments({ writer, projectDir, device, outbox })) {
    const session = name.slice(0, 26);
    const last = heads[session]?.[0];
    if (last === undefined || !seen.every((numbers) => (numbers.get(session) ?? -1) >= last)) continue;
    const path = `log/${device}/${name}`;
    const state = await writer.disk.stat(join(projectDir, path)).catch(() => null);
    if (state) found.push({ path, sizeBytes: state.sizeBytes, why: 'a pack has it, and all who are active have seen it' });
  }
  return found;
}

/** Contents that nothing in the log names. */
async function orphans({ writer, projectDir, referencedObjects, nowMs }: CollectOptions): Promise<Collectable[]> {
  const needed = new Set(referencedObjects());
  const isOrphan = ({ path, modifiedAtMs }: FolderFile): boolean => {
    const [, first = '', rest = ''] = /^obj\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(path) ?? [];
    return first !== '' && !needed.has(first + rest) && modifiedAtMs < nowMs - objectRestDays * dayMs;
  };
  return (await listFiles(writer.disk, projectDir, 'obj')).filter(isOrphan)
    .map(({ path, sizeBytes }) => ({ path, sizeBytes, why: `nothing in the log names it, and it is older than ${objectRestDays} days` }));
}
