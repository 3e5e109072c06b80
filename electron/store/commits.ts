/**
 * Turns one user action into one record: fills in what was observed, numbers it in the session, makes it durable in the
 * outbox and applies it to the index. The index is prepared first and kept last, so a refused action leaves no trace.
 */
import { AppError, fail } from '../../shared/errors.ts';
import { idFromBytes } from '../../shared/domain/ids.ts';
import { ioFailure } from '../files/failures.ts';
import { canonicalJson } from './format/canonical.ts';
import { stampMs, type HybridClock } from './format/hlc.ts';
import type { Ingest } from './index/ingest.ts';
import type { DeviceKey } from './format/keys.ts';
import { fieldsOf, StoredOp, type Op } from './format/ops.ts';
import type { Outbox } from './folder/outbox.ts';
import type { Projection, Touched } from './index/projection.ts';
import { decodeRecord, encodeRecord, noParent, recordVersion, type RecordLine, type SessionHeader } from './format/records.ts';
import type { Sqlite } from './sqlite.ts';

export interface CommittedEvent {
  readonly hash: string;
  readonly atMs: number;
}

export interface CommitOptions {
  /** The reason the user gave. */
  readonly why?: string;
  /** Hashes of the objects the event needs; they must be stored already. */
  readonly objects?: readonly string[];
  /** Events that the user had not seen: their values stay beside the new one. */
  readonly unseen?: readonly string[];
}

export interface Committer {
  /** Durable when it returns. @throws store/record-too-large, internal/invalid-input, files/* */
  commit(action: string, ops: readonly Op[], options: CommitOptions): { event: CommittedEvent; touched: Touched; sizeBytes: number };
  /** Appends a record that is no event of a user, to a session that has begun; false when none has. @throws files/* */
  note(kind: string, body: unknown): boolean;
  /** The two records of a session that `other` signs and that has this one action. Nothing is kept. */
  compose(other: DeviceKey, action: string, ops: readonly Op[]): RecordLine[];
  /** Takes into the index what the outbox has and the index has not. */
  catchUp(): Touched;
}

export interface CommitterOptions {
  readonly db: Sqlite;
  readonly outbox: Outbox;
  readonly ingest: Ingest;
  readonly projection: Projection;
  readonly hybridClock: HybridClock;
  readonly key: DeviceKey;
  readonly random: (byteCount: number) => Uint8Array;
  readonly projectId: string;
  /** The name that further events carry. */
  readonly person: () => string;
  readonly appVersion: string;
}

export function createCommitter(options: CommitterOptions): Committer {
  const { db, outbox, ingest, projection, hybridClock, key } = options;
  /** The session begins with the first commit: a project that is only looked at gets no file. */
  let head: RecordLine | null = null;
  let isIndexBehind = false;

  function startSession(signer: DeviceKey = key): RecordLine {
    const header: SessionHeader = {
      project: options.projectId, device: signer.deviceId, key: signer.publicKey,
      nonce: Buffer.from(options.random(16)).toString('hex'), previous: outbox.lastHead(signer.deviceId),
      app: options.appVersion, os: `${process.platform} ${process.arch} node ${process.versions.node}`, clock: 'system',
    };
    return encodeRecord({
      v: recordVersion, s: idFromBytes(options.random(16)), n: 0, p: noParent, t: hybridClock.next(), a: options.person(), k: 'session', c: [], b: header,
    });
  }

  function catchUp(): Touched {
    const all: Touched = { ids: new Set(), types: new Set(), refusedTexts: [] };
    try {
      db.transaction(() => {
        for (const { device, record } of outbox.unpublished()) {
          hybridClock.observe(record.record.t);
          const touched = ingest.applyRecords(device, [record]);
          for (const id of touched.ids) all.ids.add(id);
          for (const type of touched.types) all.types.add(type);
        }
      })();
    } catch (thrown) {
      projection.forget();
      throw thrown;
    }
    isIndexBehind = false;
    return all;
  }

  return {
    catchUp,
    note(kind, body) {
      if (!head) return false;
      const { s, n } = head.record;
      const record = encodeRecord({ v: recordVersion, s, n: n + 1, p: head.hash, t: hybridClock.next(), a: options.person(), k: kind, c: [], b: body });
      outbox.append(key.deviceId, [record]);
      head = record;
      return true;
    },
    compose(other, action, ops) {
      const header = startSession(other);
      const { s } = header.record;
      const stored = ops.map((op, i) => complete(projection, op, i));
      // No session of the index has number -1: every value that is seen is of another session.
      const c = causalParents(projection, stored, -1);
      return [header, encodeRecord({ v: recordVersion, s, n: 1, p: header.hash, t: hybridClock.next(), a: options.person(), k: action, c, b: { ops: stored } })];
    },
    commit(action, ops, { why, objects, unseen }) {
      if (isIndexBehind) catchUp();
      const header = head ? null : startSession();
      const before = head ?? header;
      if (!before) throw new Error('a session has a first record');
      const session = before.record.s;
      db.exec('BEGIN IMMEDIATE');
      let record: RecordLine;
      let touched: Touched;
      try {
        const sessionNumber = projection.sessionNumber(key.deviceId, session);
        const stored = ops.map((op, i) => complete(projection, op, i));
        record = encodeRecord({
          v: recordVersion, s: session, n: before.record.n + 1, p: before.hash, t: hybridClock.next(), a: options.person(), k: action,
          c: causalParents(projection, stored, sessionNumber).filter((hash) => unseen?.includes(hash) !== true),
          b: { ops: stored, ...(why === undefined ? {} : { why }), ...(objects?.length ? { objs: objects } : {}) },
        });
        // What is applied is what a reader of the line will see, not what was in memory.
        touched = ingest.applyRecords(key.deviceId, [reread(record)]);
        const refused = touched.refusedTexts.find(({ hash }) => hash === record.hash);
        if (refused) throw fail('internal/invalid-input', { field: 'text', message: `${refused.entity}: ${refused.reason}` });
        outbox.append(key.deviceId, header ? [header, record] : [record]);
      } catch (thrown) {
        if (db.inTransaction) db.exec('ROLLBACK');
        projection.forget();
        throw ioFailure(thrown, db.name);
      }
      head = record;
      try {
        db.exec('COMMIT');
      } catch {
        // The event is durable, so the action has succeeded; the index follows at the next commit or open.
        if (db.inTransaction) db.exec('ROLLBACK');
        projection.forget();
        isIndexBehind = true;
      }
      return { event: { hash: record.hash, atMs: stampMs(record.record.t) }, touched, sizeBytes: record.line.length };
    },
  };
}

/** The op as it goes into the log: checked, and a remove with the adds it has seen. */
function complete(projection: Projection, op: Op, index: number): StoredOp {
  try {
    const seen = op.o === 'remove' ? { r: projection.addTags(op.e, op.s, canonicalJson(op.x)) } : {};
    return StoredOp.parse({ ...op, ...seen });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw fail('internal/invalid-input', { field: `ops[${index}]`, message: thrown instanceof Error ? thrown.message : String(thrown) }, thrown);
  }
}

/** The events of other sessions whose register values the ops replace; those of the same session need no naming. */
function causalParents(projection: Projection, ops: readonly StoredOp[], session: number): string[] {
  const parents = new Set<string>();
  for (const op of ops) {
    for (const [field] of fieldsOf(op)) {
      for (const hash of projection.foreignHeads(op.e, field, session)) parents.add(hash);
    }
  }
  return [...parents].sort();
}

function reread(record: RecordLine): RecordLine {
  const again = decodeRecord(record.line);
  if (typeof again === 'string') throw fail('internal/invalid-input', { field: 'ops', message: again });
  return again;
}
