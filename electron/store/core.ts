/**
 * The store itself, assembled from parts that are given: disk, clock, randomness, timers, databases, key. Nothing in here
 * reaches outside by another way, so the simulator runs exactly this code on a disk and a clock of its own.
 */
import { AppError, fail } from '../../shared/errors.ts';
import { idFromBytes } from '../../shared/domain/ids.ts';
import type { Writer } from '../files/atomic.ts';
import { withIoFailures } from '../files/failures.ts';
import type { Scheduler } from '../files/scheduler.ts';
import type { Watcher } from '../files/watcher.ts';
import type { Store, StoreChange } from './api.ts';
import { createAwaitedObjects } from './folder/awaited-objects.ts';
import { finishCheckpoint, writeCheckpoint, type CheckpointOptions } from './folder/checkpoints.ts';
import { findCollectable } from './folder/collect.ts';
import { clockWarnings } from './clock-check.ts';
import { createCommitter } from './commits.ts';
import { createEntityReader } from './index/entities.ts';
import { createEventLog } from './index/event-log.ts';
import { missingFeature, requireFeature } from './features.ts';
import { listFiles } from './folder/folder.ts';
import type { Heads } from './format/heads.ts';
import { createHybridClock } from './format/hlc.ts';
import { currentIdentity, type IdentityParts } from './identity/fork.ts';
import { createIngest, type Problem, type Scan } from './index/ingest.ts';
import { createJoining } from './identity/joining.ts';
import { fingerprintOf } from './format/keys.ts';
import { segmentPath } from './folder/layout.ts';
import { createNotices } from './notices.ts';
import { createObjects } from './folder/objects.ts';
import type { Outbox } from './folder/outbox.ts';
import { createPast } from './index/past.ts';
import { createProjection, type Touched } from './index/projection.ts';
import { folderPresence, publishAll } from './folder/publication.ts';
import { place } from './folder/publisher.ts';
import type { Reserve } from './folder/reserve.ts';
import { createPublishSchedule } from './folder/schedule.ts';
import { seal } from './folder/sealing.ts';
import { createSeen } from './folder/seen.ts';
import { createSessions } from './index/sessions.ts';
import { createOneAtATime, createSignal } from './signal.ts';
import type { Sqlite } from './sqlite.ts';
import { startTidying, type Tidying } from './folder/tidying.ts';
import { verifyFolder } from './check/verify.ts';
import { watchFolder, type FolderWatch } from './folder/watch.ts';
import { createWitnesses } from './folder/witnesses.ts';

export interface CoreParts extends IdentityParts {
  readonly projectId: string;
  /** Absolute. */
  readonly projectDir: string;
  readonly writer: Writer;
  readonly clock: () => number;
  readonly scheduler: Scheduler;
  readonly person: string;
  /** The name of this computer, for people. */
  readonly deviceName?: string;
  readonly appVersion: string;
  readonly outbox: Outbox;
  /** The index. */
  readonly db: Sqlite;
  /** Space that is set aside on this computer's own drive; `outbox` knows how to spend it. */
  readonly reserve?: Reserve;
  /** Events of the file system; without them nothing is noticed between two calls of `refresh`. */
  readonly watcher?: Watcher;
  readonly scratchDir: string;
  /** The texts that a project begins with: file -> SHA-256 of each content that some version gave it. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  /** What was found while opening. */
  readonly problems: readonly Problem[];
  /** Run at close, last first. */
  readonly closers: (() => void | Promise<void>)[];
}

/** Assembles a store, takes in what the folder and the outbox have, and returns it open. @throws files/* */
export async function openCore(parts: CoreParts): Promise<Store> {
  const { projectId, projectDir, writer, clock, scheduler, outbox, db, appVersion } = parts;
  const { disk, random } = writer;
  const hybridClock = createHybridClock(clock);
  const projection = createProjection(db);
  const sessions = withIoFailures(createSessions(db), db.name);
  const ingest = withIoFailures(createIngest({ disk, db, projection, sessions, hybridClock, clock, scheduler, projectDir, projectId }), db.name);
  const isFolderHere = await folderPresence(disk, projectDir);
  const witnesses = createWitnesses({ writer, db, sessions, projectDir, projectId });
  let firstScan: Scan | null = await ingest.scan();
  await witnesses.takeIn();
  // What an unchanged index has was not read just now: the clock must not fall behind it all the same.
  for (const { t } of sessions.lastStamps()) hybridClock.observe(t);
  const identity = await currentIdentity(parts, sessions);
  const { key, formerKeys } = identity;
  let person = parts.person.slice(0, 200);
  const committer = withIoFailures(createCommitter({ db, outbox, ingest, projection, hybridClock, key, random, projectId, person: () => person, appVersion }), db.name);
  const reader = withIoFailures(createEntityReader(db), db.name);
  const joining = createJoining({ identity, deviceName: parts.deviceName ?? '', person: () => person, outbox, sessions, reader });
  const log = withIoFailures(createEventLog(db), db.name);
  const past = withIoFailures(createPast(db), db.name);
  const objects = createObjects(writer, projectDir);
  const awaitedObjects = createAwaitedObjects(objects);
  const selectTypes = db.prepare<[], string>('SELECT DISTINCT type FROM entities WHERE type IS NOT NULL').pluck();
  const notices = createNotices(outbox);
  const seen = createSeen({ outbox, clock, othersHeads, note: (body) => committer.note('seen', body) });
  const sync = createSignal(scheduler, 200);
  const listeners = new Set<(change: StoreChange) => void>();
  const objectFiles = await listFiles(disk, projectDir, 'obj');
  let objectCount = objectFiles.length;
  let objectBytes = objectFiles.reduce((sum, file) => sum + file.sizeBytes, 0);
  let closing: Promise<void> | null = null;
  let watching: Promise<FolderWatch> | null = null;
  let reason = parts.readOnlyReason;
  let isFolderGone = false;
  let problems: Problem[] = [];
  let hasCommitted = false;
  let tidying: Tidying | null = null;
  const checkpointParts: CheckpointOptions = {
    writer, projectDir, projectId, key, outbox, clock, heads: () => sessions.heads(), eventCount: log.eventCount, stateHash: reader.stateHash,
  };
  const schedule = createPublishSchedule(publishOnce, clock, scheduler);
  const refresh = createOneAtATime(takeIn);

  // A crash may have left changes that the folder does not have yet.
  if (reason === null && outbox.unpublishedCount() > 0) schedule.committed(0);

  async function publishOnce(isFinal: boolean): Promise<void> {
    sync.raise();
    const isWritten = await publishAll({ writer, projectDir, outbox, ingest, keys: [key, ...formerKeys], seen, isFolderHere }, isFinal);
    if (isWritten) outbox.setMeta('published at', String(clock()));
  }

  async function requirePacks(): Promise<void> {
    const op = requireFeature(reader.find(projectId), projectId, 'packs', appVersion);
    if (op === null) return;
    store.commit('project.require', [op]);
    await schedule.publishNow();
  }

  async function takeIn(): Promise<void> {
    isFolderGone = !(await isFolderHere());
    // Absence is never deletion, least of all that of a whole drive.
    const fromFolder = isFolderGone ? null : (firstScan ?? await ingest.scan());
    firstScan = null;
    if (!isFolderGone) await witnesses.takeIn();
    const isContentHere = !isFolderGone && (await awaitedObjects.settle());
    const fromOutbox = committer.catchUp();
    for (const warning of clockWarnings(sessions.lastStamps(), key.deviceId, clock())) notices.tell({ kind: 'clock', atMs: clock(), ...warning });
    reason = parts.readOnlyReason ?? missingFeature(reader.find(projectId));
    const isReceived = [...(fromFolder?.devices ?? [])].some((device) => ![key, ...formerKeys].some(({ deviceId }) => deviceId === device));
    if (isReceived && reason === null) outbox.setMeta('received at', String(clock()));
    if (fromFolder) announce(fromFolder);
    announce(fromOutbox);
    // Nobody knows who shows them, so everybody looks again.
    if (isContentHere) for (const listener of listeners) listener({ ids: [], types: selectTypes.all() });
    const before = JSON.stringify(problems);
    problems = problemsNow();
    if (isReceived || isContentHere || JSON.stringify(problems) !== before) sync.raise();
  }

  function problemsNow(): Problem[] {
    const gone: Problem = { kind: 'local', file: '.', device: null, what: 'the project folder cannot be reached now; what is shown is what was here' };
    return [...parts.problems, ...(parts.reserve?.problems() ?? []), ...(isFolderGone ? [gone] : []), ...ingest.problems(), ...schedule.problems()];
  }

  function othersHeads(): Heads {
    const own = sessions.heads(key.deviceId);
    return Object.fromEntries(Object.entries(sessions.heads()).filter(([session]) => !(session in own)));
  }

  function announce({ ids, types }: Touched): void {
    if (ids.size === 0) return;
    for (const listener of listeners) listener({ ids: [...ids], types: [...types] });
  }

  function requireWritable(): void {
    if (reason !== null) throw fail('project/read-only', { reason });
  }

  /** How far each session goes in the folder as this computer remembers it; what is not published yet is not missed there. */
  function publishedHeads(): Heads {
    const unpublished = new Set(outbox.unpublished().map(({ record }) => record.record.s));
    return Object.fromEntries(Object.entries(sessions.heads()).filter(([session]) => !unpublished.has(session)));
  }

  const store: Store = {
    projectId,
    projectDir,
    deviceId: key.deviceId,
    deviceFingerprint: fingerprintOf(key.publicKey),
    get canWrite() {
      return reason === null;
    },
    get readOnlyReason() {
      return reason;
    },
    signingKey: key,
    writer,
    newId: <T extends string>() => idFromBytes<T>(random(16)),
    commit(action, ops, commitOptions = {}) {
      requireWritable();
      const { event, touched, sizeBytes } = committer.commit(action, [...ops, ...joining.ops(ops)], commitOptions);
      hasCommitted = true;
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
    conflicts: reader.conflicts,
    events: log.events,
    event: log.event,
    past: past.past,
    replaced: past.replaced,
    writers: sessions.writers,
    heads: sessions.heads,
    awaited: sessions.awaited,
    async putObject(source) {
      requireWritable();
      const result = await objects.put(source);
      if (result.isNew) {
        objectCount += 1;
        objectBytes += result.sizeBytes;
      }
      return result;
    },
    objectPath: awaitedObjects.pathOf,
    hasObject: awaitedObjects.has,
    segmentFiles: async () => (await listFiles(disk, projectDir, 'log')).filter(({ path }) => /\.seg(\.gz)?$/.test(path)).map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    referencedObjects: log.referencedObjects,
    scratchDir: () => parts.scratchDir,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async flush(purpose) {
      if (reason !== null) return;
      await schedule.publishNow(purpose === 'archive');
      if (purpose === 'archive') await writeCheckpoint(checkpointParts, true);
    },
    refresh,
    async watch() {
      const { watcher } = parts;
      if (!watcher || closing) return { hasFileEvents: false };
      watching ??= watchFolder({
        disk, scheduler, projectDir, watcher, scan: () => refresh().catch(() => undefined),
        unfinished: () => [...ingest.unfinished(), ...problems.flatMap(({ kind, file }) => (kind === 'damaged' ? [file] : [])), ...awaitedObjects.paths()],
      });
      return { hasFileEvents: (await watching).hasFileEvents() };
    },
    onSync: sync.listen,
    publishing: () => ({
      unpublishedCount: outbox.unpublishedCount(), sinceMs: outbox.oldestAtMs(), lastPublishedAtMs: numberOf(outbox.meta('published at')), failure: schedule.failure(),
    }),
    lastReceivedAtMs: () => numberOf(outbox.meta('received at')),
    notices: notices.list,
    dismissNotice(id) {
      notices.dismiss(id);
      sync.raise();
    },
    setPerson(name) {
      person = name.slice(0, 200);
    },
    async commitAs(other, action, ops) {
      requireWritable();
      const records = committer.compose(other, action, ops);
      await place({ writer, projectDir }, segmentPath(other.deviceId, records[0]?.record.s ?? '', 0), seal(records, other).bytes);
      await refresh();
    },
    collectable: () => findCollectable({ writer, projectDir, device: key.deviceId, outbox, sessions, referencedObjects: log.referencedObjects, nowMs: clock() }),
    stateHash: reader.stateHash,
    stats: () => ({ eventCount: log.eventCount(), objectCount, sizeBytes: ingest.sizeBytes() + objectBytes, unpublishedCount: outbox.unpublishedCount() }),
    problems: problemsNow,
    verify: (onProgress, { knownKeys = [] } = {}) => verifyFolder({
      disk, projectDir, projectId, knownKeys: [key.publicKey, ...knownKeys], memory: { problems: ingest.problems(), heads: publishedHeads() },
      texts: parts.texts ?? {}, nowMs: clock(), onProgress,
    }),
    close() {
      closing ??= (async () => {
        try {
          await (await watching)?.stop();
          await tidying?.stop();
          if (reason === null) {
            await schedule.publishNow(true);
            await tidying?.run();
          }
        } catch (thrown) {
          // The events stay in the outbox and are published at the next open.
          if (!(thrown instanceof AppError)) throw thrown;
        } finally {
          schedule.stop();
          sync.end();
          listeners.clear();
          await closeAll(parts.closers);
        }
      })();
      return closing;
    },
  };
  await refresh();
  // What fails now is tried again with the next checkpoint.
  if (reason === null) await finishCheckpoint(checkpointParts).catch((thrown: unknown) => { if (!(thrown instanceof AppError)) throw thrown; });
  const news = reason === null ? joining.news() : null;
  if (news) {
    store.commit('device.fork', [], { why: news.why });
    notices.tell({ kind: news.kind, subject: key.deviceId, what: news.what, atMs: clock() });
  }
  tidying = startTidying({
    scheduler, checkpoint: checkpointParts, reserve: parts.reserve, requirePacks, canWrite: () => reason === null, hasCommitted: () => hasCommitted,
  });
  return store;
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
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
