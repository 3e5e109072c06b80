/** How the folder stands, in words: what waits to go out, what is awaited, what is wrong and what that means. */
import { countConflicts } from './conflicts.ts';
import { basename } from 'node:path';
import type { FolderProblem, SyncPeer, SyncStatus } from '../../shared/domain/sync.ts';
import { counted } from '../../shared/domain/sync-words.ts';
import { fail } from '../../shared/errors.ts';
import type { Problem, Store } from '../store/store.ts';

/** What of an open project the questions here are about. */
export interface Synced {
  readonly store: Store;
  readonly watching: { readonly hasFileEvents: boolean };
}

/** Cost: some indexed questions and one pass over the problems; nothing is read from the folder. */
export function syncStatus({ store, watching }: Synced): SyncStatus {
  const writers = store.writers();
  const personOf = new Map(writers.map(({ device, person }) => [device, person]));
  const awaited = store.awaited().map(({ device, segmentCount }) => ({ device, person: personOf.get(device) ?? 'somebody', segmentCount }));
  const publishing = store.publishing();
  const awaitedOf = new Map(awaited.map(({ device, segmentCount }) => [device, segmentCount]));
  const peers = writers.map(({ device, person, eventCount, lastAtMs }): SyncPeer => ({
    device, name: computerName(store, device), person, isThis: device === store.deviceId, eventCount, lastAtMs, awaitedCount: awaitedOf.get(device) ?? 0,
  }));
  return {
    unpublishedCount: publishing.unpublishedCount,
    unpublishedSinceMs: publishing.sinceMs,
    lastPublishedAtMs: publishing.lastPublishedAtMs,
    publishFailure: publishing.failure,
    readOnlyReason: store.canWrite ? null : store.readOnlyReason ?? 'the folder cannot be written',
    lastReceivedAtMs: store.lastReceivedAtMs(),
    hasFileEvents: watching.hasFileEvents,
    awaited,
    peers: peers.sort((a, b) => Number(b.isThis) - Number(a.isThis) || (b.lastAtMs ?? 0) - (a.lastAtMs ?? 0)),
    problems: explainProblems(store.problems(), { personOf: (device) => personOf.get(device) ?? null, ownDevice: store.deviceId }),
    conflictCount: countConflicts({ store }),
    notices: store.notices(),
  };
}

/** From now on what a file sync brings is taken in by itself. */
export async function startWatching({ store, watching }: { readonly store: Store; readonly watching: { hasFileEvents: boolean } }): Promise<void> {
  watching.hasFileEvents = (await store.watch()).hasFileEvents;
}

/** Puts out what waits and takes in what has come. A folder that cannot be written is told in the status, not thrown. */
export async function syncNow({ store }: Pick<Synced, 'store'>): Promise<void> {
  // What comes in matters even where nothing can go out.
  await store.flush().catch(() => undefined);
  await store.refresh();
}

/** @throws AppError store/not-found */
export function dismissNotice({ store }: Pick<Synced, 'store'>, id: string): void {
  if (!store.notices().some((notice) => notice.id === id)) throw fail('store/not-found', { kind: 'notice', id });
  store.dismissNotice(id);
}

/** Events say that the status changed; at most one in `intervalMs`, the last one always. Returns what ends it. */
export function announceSync(store: Store, announce: () => void, intervalMs = 200): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isDue = false;
  const changed = (): void => {
    if (timer !== null) {
      isDue = true;
      return;
    }
    announce();
    timer = setTimeout(() => {
      timer = null;
      if (!isDue) return;
      isDue = false;
      changed();
    }, intervalMs);
    timer.unref();
  };
  const stops = [store.onChange(changed), store.onSync(changed)];
  return () => {
    for (const stop of stops) stop();
    if (timer !== null) clearTimeout(timer);
  };
}

export interface ProblemReader {
  /** The person who works on a device, where that is known. */
  personOf(device: string): string | null;
  readonly ownDevice: string;
}

/** Each problem with what it means for the user and what to do. */
export function explainProblems(problems: readonly Problem[], reader: ProblemReader): FolderProblem[] {
  return problems.map(({ kind, file, device, what }) => ({ kind, file, device, what, meaning: meaningOf({ kind, file, device, what }, reader) }));
}

function meaningOf({ kind, file, device }: Problem, { personOf, ownDevice }: ProblemReader): string {
  const isOwn = device === ownDevice;
  const person = device === null || isOwn ? null : personOf(device);
  const isContent = file.startsWith('obj/');
  switch (kind) {
    case 'waiting':
      return `Waiting for what is not here yet${person === null ? '' : ` from ${person}`}; your file sync will bring it, and it is taken in by itself.`;
    case 'damaged':
      if (isContent) return `This content is damaged and is not used. It is kept; a good copy heals it: ask ${person ?? 'a colleague'} for the file, or take it from a backup.`;
      if (isOwn) return 'A file that this computer wrote is damaged in the folder. What this computer had read before is still shown; others miss it until a good copy comes, from a colleague or a backup.';
      return `This file is damaged; what it said is missing until a good copy comes: ask ${person ?? 'whoever wrote it'} for it. It is kept as it is, and a good copy under any name heals it.`;
    case 'missing':
      return `Somebody or something removed it from the folder. What it said is still shown here, but a new colleague would miss it: put it back from ${isOwn ? 'a backup or a colleague\'s folder' : `${person ?? 'a colleague'}'s folder or a backup`}.`;
    case 'foreign':
      return 'It belongs to another project and counts for nothing here. It is left where it is; move it to its own project.';
    case 'local':
      return localMeaning(basename(file));
  }
}

/** About this computer's own files, by the name that the store gives the problem. */
function localMeaning(name: string): string {
  if (name.startsWith('outbox')) return 'Look at your latest changes: what had not reached the folder may be lost. Everything that is in the folder is untouched.';
  if (name === 'reserve') return 'What is saved is safe. Free some space now, before you go on: with none left, a change is refused instead of kept.';
  if (name === '.') return 'Connect the drive or the share again. What you do meanwhile is safe on this computer and goes into the folder when it is back.';
  return 'Your changes are safe on this computer. They go into the folder by themselves as soon as it can be written.';
}

/** "3 problems: 2 damaged files, 1 waiting", for a line of text; "no problems" without one. */
export function summariseProblems(problems: readonly FolderProblem[]): string {
  if (problems.length === 0) return 'no problems';
  const kinds = [...new Set(problems.map(({ kind }) => kind))].map((kind) => `${problems.filter((problem) => problem.kind === kind).length} ${kind}`);
  return `${counted(problems.length, 'problem')}: ${kinds.join(', ')}`;
}

function computerName(store: Store, device: string): string | null {
  const name = store.get('device', `device-${device}`)?.fields['name'];
  return typeof name === 'string' && name !== '' ? name : null;
}
