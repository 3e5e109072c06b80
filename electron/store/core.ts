/**
 * The store itself, assembled from parts that are given: disk, clock, randomness, timers, databases, key. Nothing in here
 * reaches outside by another way, so the simulator runs exactly this code on a disk and a clock of its own.
 */
import { AppError, fail } from '../../shared/errors.ts';
import { idFromBytes } from '../../shared/domain/ids.ts';
import type { Writer } from '../files/atomic.ts';
import type { Scheduler } from '../files/scheduler.ts';
import type { Store, StoreChange } from './api.ts';
import { createCommitter } from './commits.ts';
import { createEntityReader } from './entities.ts';
import { createEventLog } from './event-log.ts';
import { listFiles } from './folder.ts';
import { createHybridClock } from './hlc.ts';
import { createIngest, type Problem } from './ingest.ts';
import { fingerprintOf, type DeviceKey } from './keys.ts';
import { createObjects } from './objects.ts';
import type { Outbox } from './outbox.ts';
import { createProjection, type Touched } from './projection.ts';
import { publish } from './publisher.ts';
import { createPublishSchedule } from './schedule.ts';
import type { Sqlite } from './sqlite.ts';
import { verifyFolder } from './verify.ts';

export interface CoreParts {
  readonly projectId: string;
  /** Absolute. */
  readonly projectDir: string;
  readonly writer: Writer;
  readonly clock: () => number;
  readonly scheduler: Scheduler;
  readonly key: DeviceKey;
  readonly person: string;
  readonly appVersion: string;
  /** Why the project can only be read, as a sentence part; null when it can be written. */
  readonly readOnlyReason: string | null;
  readonly outbox: Outbox;
  /** The index. */
  readonly db: Sqlite;
  readonly highWaterPath: string;
  readonly scratchDir: string;
  /** What was found while opening. */
  readonly problems: readonly Problem[];
  /** Run at close, last first. */
  readonly closers: (() => void | Promise<void>)[];
}

/** Assembles a store, takes in what the folder and the outbox have, and returns it open. @throws files/* */
export async function openCore(parts: CoreParts): Promise<Store> {
  const { projectId, projectDir, writer, clock, scheduler, readOnlyReason: reason, key, outbox, db, appVersion } = parts;
  const { disk, random } = writer;
  const hybridClock = createHybridClock(clock);
  const projection = createProjection(db);
  const ingest = createIngest({ disk, db, projection, hybridClock, projectDir, projectId });
  const person = parts.person.slice(0, 200);
  const committer = createCommitter({ db, outbox, ingest, projection, hybridClock, key, random, projectId, person, appVersion });
  const reader = createEntityReader(db);
  const log = createEventLog(db);
  const objects = createObjects(writer, projectDir);
  const listeners = new Set<(change: StoreChange) => void>();
  const objectFiles = await listFiles(disk, projectDir, 'obj');
  let objectCount = objectFiles.length;
  let objectBytes = objectFiles.reduce((sum, file) => sum + file.sizeBytes, 0);
  let closing: Promise<void> | null = null;
  const schedule = createPublishSchedule(() => publish({ writer, projectDir, highWaterPath: parts.highWaterPath, outbox, ingest, key }), clock, scheduler);

  // A crash may have left changes that the folder does not have yet.
  if (reason === null && outbox.unpublishedCount() > 0) schedule.committed(0);

  function announce({ ids, types }: Touched): void {
    if (ids.size === 0) return;
    for (const listener of listeners) listener({ ids: [...ids], types: [...types] });
  }

  function requireWritable(): void {
    if (reason !== null) throw fail('project/read-only', { reason });
  }

  const store: Store = {
    projectId,
    projectDir,
    deviceId: key.deviceId,
    deviceFingerprint: fingerprintOf(key.publicKey),
    canWrite: reason === null,
    readOnlyReason: reason,
    signingKey: key,
    writer,
    newId: <T extends string>() => idFromBytes<T>(random(16)),
    commit(action, ops, commitOptions = {}) {
      requireWritable();
      const { event, touched, sizeBytes } = committer.commit(action, ops, commitOptions);
      schedule.committed(sizeBytes);
      announce(touched);
      return event;
    },
    get: reader.get,
    find: reader.find,
    list: reader.list,
    count: reader.count,
    createdCount: reader.createdCount,
    versions: reader.versions,
    text: reader.text,
    events: log.events,
    async putObject(source) {
      requireWritable();
      const result = await objects.put(source);
      if (result.isNew) {
        objectCount += 1;
        objectBytes += result.sizeBytes;
      }
      return result;
    },
    objectPath: objects.pathOf,
    hasObject: objects.has,
    segmentFiles: async () => (await listFiles(disk, projectDir, 'log')).filter(({ path }) => path.endsWith('.seg')).map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    referencedObjects: log.referencedObjects,
    scratchDir: () => parts.scratchDir,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async flush() {
      if (reason === null) await schedule.publishNow();
    },
    async refresh() {
      const fromFolder = await ingest.scan();
      const fromOutbox = committer.catchUp();
      announce(fromFolder);
      announce(fromOutbox);
    },
    stateHash: reader.stateHash,
    stats: () => ({ eventCount: log.eventCount(), objectCount, sizeBytes: ingest.sizeBytes() + objectBytes, unpublishedCount: outbox.unpublishedCount() }),
    problems: () => [...parts.problems, ...ingest.problems(), ...schedule.problems()],
    verify: (onProgress) =>
      verifyFolder({ disk, projectDir, publicKey: key.publicKey, knownProblems: ingest.problems(), ...(onProgress ? { onProgress } : {}) }),
    close() {
      closing ??= (async () => {
        try {
          if (reason === null) await schedule.publishNow();
        } catch (thrown) {
          // The events stay in the outbox and are published at the next open.
          if (!(thrown instanceof AppError)) throw thrown;
        } finally {
          schedule.stop();
          listeners.clear();
          await closeAll(parts.closers);
        }
      })();
      return closing;
    },
  };
  await store.refresh();
  return store;
}

/** Closes in reverse order; all are tried, the first failure is thrown. */
export async function closeAll(closers: (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}
