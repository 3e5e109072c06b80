/** People who work on copies of one project, each with a computer of their own; what a file sync would carry is copied by hand. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { closeContext, openContext, type AppContext } from '../../electron/app/context.ts';
import { testLauncher } from './launcher.ts';
import { createProject, openProject, type Store } from '../../electron/store/store.ts';
import { syncFolders } from './stores.ts';

export interface Person {
  readonly context: AppContext;
  readonly store: Store;
  readonly folder: string;
  readonly userDataDir: string;
  /** Names of the events that the window would have got. */
  readonly events: string[];
  close(): Promise<void>;
}

/** Opens `<root>/<name>/project`, which is made when it is not there; closed when the test ends. */
export async function aPerson(root: string, name: string): Promise<Person> {
  const folder = join(root, name, 'project');
  const userDataDir = join(root, name, 'user');
  const clock = (): number => Date.now();
  const options = { projectDir: folder, userDataDir, clock, random: (byteCount: number) => randomBytes(byteCount), person: name, appVersion: '0.0.0' };
  const store = await (existsSync(folder) ? openProject(options) : createProject({ ...options, name: 'Birds' }));
  const events: string[] = [];
  const context = openContext({
    store, launchWorker: testLauncher(), clock, appVersion: '0.0.0', userDataDir, person: name, viewerPath: '', emit: (event) => events.push(event),
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await closeContext(context);
    isClosed = true;
  };
  onTestFinished(close);
  return { context, store, folder, userDataDir, events, close };
}

/** Two people on two copies of one new project. */
export async function twoPeople(root: string): Promise<{ ana: Person; ben: Person }> {
  const ana = await aPerson(root, 'Ana');
  syncFolders(ana.folder, join(root, 'Ben', 'project'));
  const ben = await aPerson(root, 'Ben');
  return { ana, ben };
}

/** Everything that both have goes to both, and both take it in. */
export async function exchange(...people: readonly Person[]): Promise<void> {
  for (const person of people) await person.store.flush();
  for (const from of people) for (const to of people) if (from !== to) syncFolders(from.folder, to.folder);
  for (const person of people) await person.store.refresh();
}
