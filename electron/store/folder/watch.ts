/**
 * Notices what a file sync brings: events of the file system where there are any, and a look every two seconds where
 * there may be none. The look is cheap: names, and the state of those files only that are not whole yet. Once a minute,
 * and whenever something differs, everything is gone through.
 */
import { join } from 'node:path';
import { temporaryPrefix } from '../../files/atomic.ts';
import type { Disk } from '../../files/disk.ts';
import { sha256Hex } from '../../files/hashing.ts';
import type { Scheduler } from '../../files/scheduler.ts';
import type { Watcher } from '../../files/watcher.ts';

const pollMs = 2_000;
const fullEveryPolls = 30;
/** A sync writes a file in many steps; the events of these steps are gathered. */
const gatherMs = 100;
const topFolders = ['log', 'seal'];

export interface FolderWatchOptions {
  readonly disk: Disk;
  readonly scheduler: Scheduler;
  readonly projectDir: string;
  readonly watcher: Watcher;
  /** Takes in what is new. It is never called while it runs; it reports its failures itself. */
  readonly scan: () => Promise<void>;
  /** Files that are awaited or not whole, relative to the project: their state is looked at each time. */
  readonly unfinished: () => readonly string[];
}

export interface FolderWatch {
  /** Whether the system tells of changes in every folder that is watched. */
  hasFileEvents(): boolean;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Starts to watch; resolves after the first look, and looks from then on. */
export async function watchFolder(options: FolderWatchOptions): Promise<FolderWatch> {
  const { disk, scheduler, projectDir, watcher, scan, unfinished } = options;
  const tells = await watcher.tells(projectDir);
  const watched = new Map<string, () => void>();
  const unwatched = new Set<string>();
  let last = '';
  let pollCount = 0;
  let isStopped = false;
  let callOffPoll: (() => void) | null = null;
  let callOffGather: (() => void) | null = null;
  let running: Promise<void> | null = null;
  let isAgain = false;

  function work(isFull: boolean): Promise<void> {
    if (running) {
      // What came since may have been overlooked.
      isAgain = true;
      return running;
    }
    running = (async () => {
      isAgain = false;
      const state = await look();
      if (isStopped || (!isFull && state !== null && state === last)) return;
      await scan();
      last = state ?? '';
    })().finally(() => {
      running = null;
    }).then(() => (isAgain && !isStopped ? work(false) : undefined));
    return running;
  }

  function onEvent(): void {
    if (isStopped || callOffGather) return;
    callOffGather = scheduler.after(gatherMs, () => {
      callOffGather = null;
      void work(false);
    });
  }

  function poll(): void {
    if (isStopped) return;
    pollCount += 1;
    void work(pollCount % fullEveryPolls === 0).finally(() => {
      if (!isStopped) callOffPoll = scheduler.after(pollMs, poll);
    });
  }

  /** What can be seen without reading, as one short text; null when the folder cannot be listed now. */
  async function look(): Promise<string | null> {
    try {
      const devices = (await disk.list(join(projectDir, 'log'))).filter(({ kind }) => kind === 'directory');
      const lines: string[] = [];
      for (const folder of [...topFolders, ...devices.map(({ name }) => `log/${name}`)]) {
        const entries = await disk.list(join(projectDir, folder));
        if (entries.length > 0) watchOnce(folder);
        for (const { name } of entries) if (!name.startsWith(temporaryPrefix)) lines.push(`${folder}/${name}`);
      }
      for (const path of unfinished()) {
        const state = await disk.stat(join(projectDir, path)).catch(() => null);
        lines.push(`${path} ${state ? `${state.sizeBytes} ${state.modifiedAtMs}` : 'absent'}`);
      }
      return sha256Hex(lines.join('\n'));
    } catch {
      return null;
    }
  }

  function watchOnce(folder: string): void {
    if (isStopped || watched.has(folder) || unwatched.has(folder)) return;
    const end = watcher.watch(join(projectDir, folder), onEvent, () => watched.delete(folder));
    if (end) watched.set(folder, end);
    else unwatched.add(folder);
  }

  await work(false);
  callOffPoll = scheduler.after(pollMs, poll);
  return {
    hasFileEvents: () => tells && watched.size > 0 && unwatched.size === 0,
    async stop() {
      isStopped = true;
      callOffPoll?.();
      callOffGather?.();
      for (const end of watched.values()) end();
      watched.clear();
      await running;
    },
  };
}
