/**
 * A project on disk: the one door through which the product reads and changes it.
 * What is committed is durable; what is in the folder is written once, signed, and mergeable with other devices' files.
 * Everything is closed by `close`, and a closed store holds no file.
 */
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError, fail } from '../../shared/errors.ts';
import { idFromBytes } from '../../shared/domain/ids.ts';
import type { Writer } from '../files/atomic.ts';
import { nodeDisk } from '../files/disk.ts';
import { ioFailure } from '../files/failures.ts';
import type { Store, StoreChange, StoreOptions } from './api.ts';
import { createCommitter } from './commits.ts';
import { createEntityReader } from './entities.ts';
import { createEventLog } from './event-log.ts';
import { listFiles } from './folder.ts';
import { createHybridClock } from './hlc.ts';
import { closeIndexFile, openIndexFile } from './index-file.ts';
import { createIngest, type Problem } from './ingest.ts';
import { fingerprintOf, loadDeviceKey } from './keys.ts';
import { localPaths, projectFormat, readProjectFile, requireEmptyFolder, writeLayout, type LocalPaths } from './layout.ts';
import { takeLock } from './lock.ts';
import { createObjects } from './objects.ts';
import { adoptStranded, openSoundOutbox, readOnlyReason } from './opening.ts';
import type { Outbox } from './outbox.ts';
import { createProjection, type Touched } from './projection.ts';
import { publish } from './publisher.ts';
import { createPublishSchedule } from './schedule.ts';
import type { Sqlite } from './sqlite.ts';
import { verifyFolder } from './verify.ts';

export type { Store, StoreChange, StoreOptions, StoreStats } from './api.ts';
export type { CommitOptions, CommittedEvent } from './commits.ts';
export type { JsonValue } from './canonical.ts';
export type { Entity, FieldValue, FieldVersion } from './entities.ts';
export type { EventQuery, StoredEvent } from './event-log.ts';
export type { Problem } from './ingest.ts';
export type { ObjectSource, PutResult } from './objects.ts';
export type { Op, StoredOp } from './ops.ts';

/**
 * Makes a project in an empty or new folder and opens it.
 * Commits "project.create": one entity of type "project", whose id is the project's id, with the field "name".
 * @throws project/exists, files/*
 */
export async function createProject(options: StoreOptions & { readonly name: string }): Promise<Store> {
  const projectDir = resolve(options.projectDir);
  await requireEmptyFolder(projectDir);
  const writer: Writer = { disk: options.disk ?? nodeDisk, random: options.random };
  const key = await loadDeviceKey(writer, options.userDataDir);
  const projectId = idFromBytes<string>(options.random(16));
  await writeLayout(writer, projectDir, {
    format: projectFormat, projectId, genesis: { device: key.deviceId, key: key.publicKey }, minReader: projectFormat,
  });
  const store = await openProject(options);
  try {
    store.commit('project.create', [{ o: 'create', e: projectId, t: 'project', f: { name: options.name } }]);
    await store.flush();
    return store;
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

/**
 * Opens a project folder; read-only where it cannot be written (`canWrite`).
 * @throws project/not-a-project, project/newer-format, project/damaged, project/in-use, files/*
 */
export async function openProject(options: StoreOptions): Promise<Store> {
  const projectDir = resolve(options.projectDir);
  const project = await readProjectFile(projectDir);
  const paths = await localPaths(options.userDataDir, project.projectId, projectDir);
  const closers: (() => void | Promise<void>)[] = [takeLock(paths.lock)];
  try {
    const writer: Writer = { disk: options.disk ?? nodeDisk, random: options.random };
    const reason = await readOnlyReason(writer, projectDir, project);
    const key = await loadDeviceKey(writer, options.userDataDir);
    const { outbox, problem } = openSoundOutbox(paths.outbox, options.clock());
    closers.push(() => outbox.close());
    if (reason === null) {
      await adoptStranded(options.userDataDir, paths, project.projectId, outbox);
      outbox.setFolder(projectDir);
    }
    const db = await openIndexFile(paths.index);
    closers.push(() => closeIndexFile(db, paths.index));
    await rm(paths.scratch, { recursive: true, force: true });
    await mkdir(paths.scratch, { recursive: true });
    const store = await assemble({ ...options, projectDir }, { project, paths, writer, reason, key, outbox, db, closers, problems: problem ? [problem] : [] });
    await store.refresh();
    return store;
  } catch (thrown) {
    await closeAll(closers);
    throw ioFailure(thrown, projectDir);
  }
}

interface Parts {
  readonly project: { readonly projectId: string };
  readonly paths: LocalPaths;
  readonly writer: Writer;
  readonly reason: string | null;
  readonly key: Awaited<ReturnType<typeof loadDeviceKey>>;
  readonly outbox: Outbox;
  readonly db: Sqlite;
  readonly closers: (() => void | Promise<void>)[];
  /** What was found while opening. */
  readonly problems: readonly Problem[];
}

async function assemble(options: StoreOptions, parts: Parts): Promise<Store> {
  const { projectDir, random } = options;
  const { project, paths, writer, reason, key, outbox, db } = parts;
  const { projectId } = project;
  const hybridClock = createHybridClock(options.clock);
  const projection = createProjection(db);
  const ingest = createIngest({ db, projection, hybridClock, projectDir, projectId });
  const person = options.person.slice(0, 200);
  const committer = createCommitter({ db, outbox, ingest, projection, hybridClock, key, random, projectId, person, appVersion: options.appVersion });
  const reader = createEntityReader(db);
  const log = createEventLog(db);
  const objects = createObjects(writer, projectDir);
  const listeners = new Set<(change: StoreChange) => void>();
  const objectFiles = await listFiles(projectDir, 'obj');
  let objectCount = objectFiles.length;
  let objectBytes = objectFiles.reduce((sum, file) => sum + file.sizeBytes, 0);
  let closing: Promise<void> | null = null;
  const schedule = createPublishSchedule(() => publish({ writer, projectDir, highWaterPath: paths.highWater, outbox, ingest, key }), options.clock);

  // A crash may have left changes that the folder does not have yet.
  if (reason === null && outbox.unpublishedCount() > 0) schedule.committed(0);

  function announce({ ids, types }: Touched): void {
    if (ids.size === 0) return;
    for (const listener of listeners) listener({ ids: [...ids], types: [...types] });
  }

  function requireWritable(): void {
    if (reason !== null) throw fail('project/read-only', { reason });
  }

  return {
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
    segmentFiles: async () => (await listFiles(projectDir, 'log')).filter(({ path }) => path.endsWith('.seg')).map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    referencedObjects: log.referencedObjects,
    scratchDir: () => paths.scratch,
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
      verifyFolder({ projectDir, publicKey: key.publicKey, knownProblems: ingest.problems(), ...(onProgress ? { onProgress } : {}) }),
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
}

/** Closes in reverse order; all are tried, the first failure is thrown. */
async function closeAll(closers: (() => void | Promise<void>)[]): Promise<void> {
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
