/** Two devices with a copy of a project each, and a file sync between them that the test runs by hand. */
import { openStore, createStore, device, syncFolders, temporaryDirectory } from './stores.ts';
import type { Store } from '../../electron/store/store.ts';

export interface TwoDevices {
  readonly ana: Store;
  readonly ben: Store;
  /** Brings to both what the other has. */
  readonly sync: () => Promise<void>;
}

/** Ana makes the project, Ben opens his copy of it. */
export async function twoDevices(): Promise<TwoDevices> {
  const root = temporaryDirectory();
  const [anaOptions, benOptions] = [device(root, 'Ana'), device(root, 'Ben')];
  const ana = await createStore(anaOptions);
  await ana.flush();
  syncFolders(anaOptions.projectDir, benOptions.projectDir);
  const ben = await openStore(benOptions);
  const sync = async (): Promise<void> => {
    await Promise.all([ana.flush(), ben.flush()]);
    syncFolders(anaOptions.projectDir, benOptions.projectDir);
    syncFolders(benOptions.projectDir, anaOptions.projectDir);
    await Promise.all([ana.refresh(), ben.refresh()]);
  };
  return { ana, ben, sync };
}
