/**
 * What every use case is given: the open project's store, its workers and jobs, and the outside world
 * (clock, files the user chose, events to the window). Built once per project by `openContext`.
 */
import { cpus } from 'node:os';
import type { FileHandle, JobId, RunId } from '../../shared/domain/ids.ts';
import type { MetricPoint } from '../../shared/domain/runs.ts';
import type { EventName, EventPayload } from '../../shared/contract/index.ts';
import { fail } from '../../shared/errors.ts';
import type { SourcePath } from '../jobs/tasks.ts';
import { JobQueue } from '../jobs/queue.ts';
import { WorkerClient } from '../jobs/worker-client.ts';
import type { WorkerLauncher } from '../jobs/worker-link.ts';
import type { Store } from '../store/store.ts';
import { Providers } from './providers.ts';
import { announceSync } from './sync.ts';

export type Emit = <N extends EventName>(event: N, payload: EventPayload<N>) => void;

export interface ContextOptions {
  readonly store: Store;
  readonly launchWorker: WorkerLauncher;
  readonly clock: () => number;
  readonly emit: Emit;
  readonly appVersion: string;
  /** Where this user's own data lie. */
  readonly userDataDir: string;
  /** Name of the person who works here; changes when they rename themselves. */
  person: string;
  /** The page that an archive opens with, as built; read when an archive is written. */
  readonly viewerPath: string;
}

export interface AppContext extends ContextOptions {
  readonly jobs: JobQueue;
  /** Reads the project's own, verified tables. */
  readonly tables: WorkerClient<'data'>;
  /** Reads files from outside; it may crash without disturbing anything else. */
  readonly importer: WorkerClient<'data'>;
  /** Runs queries, filters and sorts, which may take long: the others do not wait for it. */
  readonly queries: WorkerClient<'data'>;
  readonly trainer: WorkerClient<'train'>;
  /** What this computer can train on. */
  readonly providers: Providers;
  /** What is behind the handles that the window has: a path that the shell gave, or files that go together. */
  readonly grants: Map<FileHandle, SourcePath>;
  /** Points of the runs in progress, which are not yet in the store. */
  readonly livePoints: Map<RunId, MetricPoint[]>;
  readonly cpuCount: number;
  /** What is known of the watch over the folder; set once it has begun. */
  readonly watching: { hasFileEvents: boolean };
  /** Ends the events about the folder. */
  readonly endSync: () => void;
}

const tablesMemoryMb = 6000;
const importerMemoryMb = 2500;
const queriesMemoryMb = 4000;
const trainerMemoryMb = 16_000;
/** A thousand small trainings leave nothing behind (bench "life"), but a large one leaves its arena. */
const trainerRecycleAboveMb = 600;

export function openContext(options: ContextOptions): AppContext {
  const { store, launchWorker, clock, emit } = options;
  store.onChange((change) => emit('changed', change));
  return {
    ...options,
    jobs: new JobQueue({ newId: () => store.newId<JobId>(), clock, emit: (job) => emit('job', job), concurrency: 2 }),
    tables: new WorkerClient('data', launchWorker, { memoryMb: tablesMemoryMb }),
    importer: new WorkerClient('data', launchWorker, { memoryMb: importerMemoryMb }),
    queries: new WorkerClient('data', launchWorker, { memoryMb: queriesMemoryMb }),
    trainer: new WorkerClient('train', launchWorker, { memoryMb: trainerMemoryMb, recycleAboveMb: trainerRecycleAboveMb }),
    providers: new Providers(options),
    grants: new Map(),
    livePoints: new Map(),
    cpuCount: cpus().length,
    watching: { hasFileEvents: false },
    endSync: announceSync(store, () => emit('sync', {})),
  };
}

/** Ends the jobs and workers, publishes what is left, and closes the store. */
export async function closeContext(context: AppContext): Promise<void> {
  context.endSync();
  context.providers.close();
  await context.jobs.close();
  await Promise.all([context.tables.close(), context.importer.close(), context.queries.close(), context.trainer.close()]);
  await context.store.close();
}

/** The path behind a handle. @throws AppError files/bad-handle */
export function grantedPath(context: AppContext, handle: FileHandle): string {
  const path = context.grants.get(handle);
  if (typeof path !== 'string') throw fail('files/bad-handle');
  return path;
}

/** The file, the folder or the files behind a handle. @throws AppError files/bad-handle */
export function grantedSource(context: AppContext, handle: FileHandle): SourcePath {
  const source = context.grants.get(handle);
  if (source === undefined) throw fail('files/bad-handle');
  return source;
}

/** A handle for what the engine may read, so that the window can name it without its path. */
export function grantSource(context: AppContext, source: SourcePath): FileHandle {
  const handle = `file-${context.store.newId()}` as FileHandle;
  context.grants.set(handle, source);
  return handle;
}
