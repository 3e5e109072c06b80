/** How the folder stands: what waits to go out, what is awaited, what is wrong. The engine says when it has changed. */
import { create } from 'zustand';
import type { SyncStatus } from '../../shared/domain/sync.ts';
import { toFailure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { loading, type Loadable } from './loadable.ts';

interface SyncState {
  readonly status: Loadable<SyncStatus>;
  /** Whether the panel is open. */
  readonly isShown: boolean;
}
export const useSync = create<SyncState>()(() => ({ status: loading, isShown: false }));

let asking: Promise<void> | null = null;
let isStale = false;

/** Asks for the status; calls while one is on its way become one more. */
export function loadSync(): Promise<void> {
  if (asking) {
    isStale = true;
    return asking;
  }
  asking = ask().finally(() => { asking = null; });
  return asking;
}

async function ask(): Promise<void> {
  do {
    isStale = false;
    const status = await call('sync.status', {}).then(
      (value): Loadable<SyncStatus> => ({ status: 'ready', value }),
      (thrown: unknown): Loadable<SyncStatus> => ({ status: 'failed', error: toFailure(thrown) }),
    );
    useSync.setState({ status });
  } while (isStale);
}

export function clearSync(): void {
  useSync.setState({ status: loading, isShown: false });
}

export function showSync(isShown: boolean): void {
  useSync.setState({ isShown });
}

/** Writes what waits into the folder and looks for what has come. */
export const lookAgain = () => call('sync.now', {}).then(loadSync);
export const dismissNotice = (id: string) => call('sync.dismiss', { id }).then(loadSync);
