/** Opens a project for one command and closes it whatever happens. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../../shared/errors.ts';
import { closeContext, openContext, type AppContext, type Emit } from '../app/context.ts';
import { markInterrupted } from '../app/runs.ts';
import { nodeDisk } from '../files/disk.ts';
import { machineFingerprint } from '../files/machine.ts';
import { personName } from '../files/profile.ts';
import { userDataDir } from '../files/user-data.ts';
import { nodeLauncher } from '../jobs/launch-node.ts';
import { loadIdentity } from '../store/identity/identity.ts';
import { fingerprintOf } from '../store/format/keys.ts';
import { createProject, openProject, type Store, type StoreOptions } from '../store/store.ts';
import { appVersion } from './version.ts';

export interface SessionOptions {
  /** The project folder; the current folder or one above it by default. */
  readonly project?: string | undefined;
  readonly emit?: Emit;
  /** Nothing is written that the user has not asked for: runs that were cut off are not marked as such. */
  readonly isReading?: boolean;
}

/** Runs `work` on the open project. */
export async function withProject<T>({ project, emit, isReading = false }: SessionOptions, work: (context: AppContext) => Promise<T> | T): Promise<T> {
  return withStore(await openProject(storeOptions(findProject(project))), { emit, isReading }, work);
}

/** Runs `work` on a new project. @throws AppError project/exists */
export async function withNewProject<T>(
  { folder, name, emit }: { folder: string; name: string; emit?: Emit }, work: (context: AppContext) => Promise<T> | T,
): Promise<T> {
  return withStore(await createProject({ ...storeOptions(resolve(folder)), name }), { emit, isReading: false }, work);
}

/** The eight words of this user's own key on this computer. */
export async function ownFingerprint(): Promise<string> {
  const writer = { disk: nodeDisk, random: (byteCount: number) => randomBytes(byteCount) };
  const { key } = await loadIdentity({ writer, userDataDir: userDataDir(), machine: machineFingerprint(), nowMs: Date.now() });
  return fingerprintOf(key.publicKey);
}

interface Opened { readonly emit: Emit | undefined; readonly isReading: boolean; }

async function withStore<T>(store: Store, { emit, isReading }: Opened, work: (context: AppContext) => Promise<T> | T): Promise<T> {
  const context = openContext({
    store, launchWorker: nodeLauncher(), clock: () => Date.now(), emit: emit ?? (() => undefined), appVersion, userDataDir: userDataDir(), person: personName(userDataDir()), viewerPath: viewerPath(),
  });
  // Ctrl+C asks the jobs to stop, and what they have reached is kept; asked a second time, it ends at once.
  const stop = (): void => {
    const unfinished = context.jobs.list().filter(({ endedAtMs }) => endedAtMs === null);
    for (const { id } of unfinished) context.jobs.cancel(id);
    if (unfinished.length === 0) process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', stop);
  try {
    if (store.canWrite && !isReading) await markInterrupted(context);
    return await work(context);
  } finally {
    process.removeListener('SIGINT', stop);
    await closeContext(context);
  }
}

function storeOptions(projectDir: string): StoreOptions {
  return { projectDir, userDataDir: userDataDir(), clock: () => Date.now(), random: (byteCount) => randomBytes(byteCount), person: personName(userDataDir()), appVersion };
}

/** The folder given, or the nearest one upwards that has an assay.json. */
function findProject(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'assay.json'))) return folder;
    if (folder === dirname(folder)) throw fail('project/not-a-project', { path: process.cwd() });
  }
}

/** The built viewer page, from the sources or from the build. */
function viewerPath(): string {
  const candidates = ['../viewer/index.html', '../../out/viewer/index.html'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(path)) ?? candidates[0] ?? '';
}
