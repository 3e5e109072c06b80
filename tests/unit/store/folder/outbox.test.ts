/** The outbox: what a segment gets is decided once, whatever happens before it is written. */
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDisk } from '../../../../electron/files/disk.ts';
import { nodeScheduler } from '../../../../electron/files/scheduler.ts';
import { createHybridClock } from '../../../../electron/store/format/hlc.ts';
import { createIndexSchema } from '../../../../electron/store/index/index-schema.ts';
import { createIngest } from '../../../../electron/store/index/ingest.ts';
import { deviceKey } from '../../../../electron/store/format/keys.ts';
import { openOutbox } from '../../../../electron/store/folder/outbox.ts';
import { createProjection } from '../../../../electron/store/index/projection.ts';
import { publish } from '../../../../electron/store/folder/publisher.ts';
import { encodeRecord, noParent, recordVersion, type RecordLine } from '../../../../electron/store/format/records.ts';
import { readSegment } from '../../../../electron/store/format/segments.ts';
import { createSessions } from '../../../../electron/store/index/sessions.ts';
import { openSqlite } from '../../../../electron/store/sqlite.ts';

const key = deviceKey('', new Uint8Array(32).fill(3));
const session = '0'.repeat(25) + '1';
const projectId = 'p';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-outbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function recordsOf(count: number, sizeBytes = 10): RecordLine[] {
  const header = { project: projectId, device: key.deviceId, key: key.publicKey, nonce: '', previous: null, app: '', os: '', clock: 'system' };
  const records: RecordLine[] = [];
  for (let n = 0; n < count; n++) {
    const ops = [{ o: 'set', e: 'thing', f: { text: 'x'.repeat(sizeBytes), n } }];
    records.push(encodeRecord({
      v: recordVersion, s: session, n, p: records.at(-1)?.hash ?? noParent, t: `${n.toString(16).padStart(12, '0')}-0000`, a: 'Ana',
      k: n === 0 ? 'session' : 'things.set', c: [], b: n === 0 ? header : { ops },
    }));
  }
  return records;
}

function ingestOf() {
  const db = openSqlite(':memory:');
  createIndexSchema(db);
  const clock = () => 0;
  const ingest = createIngest({
    disk: nodeDisk, db, projection: createProjection(db), sessions: createSessions(db), hybridClock: createHybridClock(clock), clock,
    scheduler: nodeScheduler, projectDir: folder, projectId,
  });
  return { db, ingest };
}

function outboxWith(records: readonly RecordLine[]) {
  const outbox = openOutbox(join(folder, 'outbox.db'));
  outbox.append(key.deviceId, records);
  return outbox;
}

/** The records of all segments in the folder, in the order of their names. */
async function published(): Promise<number[][]> {
  const directory = join(folder, 'log', key.deviceId);
  const files = await nodeDisk.list(directory);
  return Promise.all(files.map(async ({ name }) => readSegment(await nodeDisk.read(join(directory, name))).segment?.records.map(({ record }) => record.n) ?? []));
}

const writer = { disk: nodeDisk, random: (count: number) => randomBytes(count) };

describe('which records a segment has', () => {
  it('is cut at 256 KiB and stays as it was when more records come', () => {
    const records = recordsOf(12, 60_000);
    const outbox = outboxWith(records.slice(0, 8));
    const before = outbox.pendingSegments(key.deviceId);
    outbox.append(key.deviceId, records.slice(8));
    const after = outbox.pendingSegments(key.deviceId);
    outbox.close();
    expect(before).toEqual([{ session, number: 0, firstN: 0, lastN: 5 }, { session, number: 1, firstN: 6, lastN: 7 }]);
    expect(after).toEqual([...before, { session, number: 2, firstN: 8, lastN: 11 }]);
  });

  it('is remembered by a new process, and its lines are gone once it is published', () => {
    const first = outboxWith(recordsOf(4));
    const [decided] = first.pendingSegments(key.deviceId);
    first.close();
    const again = outboxWith([]);
    expect(again.pendingSegments(key.deviceId)).toEqual([decided]);
    again.markPublished([decided!]);
    expect([again.pendingSegments(key.deviceId), again.unpublished()]).toEqual([[], []]);
    again.close();
  });

  it('is taken over from version 0.2, which named the segment in each row', () => {
    outboxWith(recordsOf(6)).close();
    const db = new Database(join(folder, 'outbox.db'));
    db.exec('DROP TABLE segments; UPDATE records SET segment = 4 WHERE n < 3; UPDATE sessions SET next_segment = 5');
    db.close();
    const outbox = outboxWith([]);
    expect(outbox.pendingSegments(key.deviceId)).toEqual([{ session, number: 4, firstN: 0, lastN: 2 }, { session, number: 5, firstN: 3, lastN: 5 }]);
    outbox.close();
  });
});

describe('publishing', () => {
  it('writes what the index has, without taking it in again', async () => {
    const records = recordsOf(700, 1_000);
    const outbox = outboxWith(records);
    const { db, ingest } = ingestOf();
    ingest.applyRecords(key.deviceId, records);
    await publish({ writer, projectDir: folder, outbox, ingest, key });
    expect((await published()).flat()).toEqual(records.map(({ record }) => record.n));
    expect([outbox.unpublishedCount(), await ingest.scan().then(({ ids }) => ids.size)]).toEqual([0, 0]);
    outbox.close();
    db.close();
  });

  it('takes in what the index has missed', async () => {
    const records = recordsOf(5);
    const outbox = outboxWith(records);
    const { db, ingest } = ingestOf();
    ingest.applyRecords(key.deviceId, records.slice(0, 3));
    await publish({ writer, projectDir: folder, outbox, ingest, key });
    expect(records.slice(1).map(({ record, hash }) => ingest.has(key.deviceId, session, record.n, hash))).toEqual([true, true, true, true]);
    outbox.close();
    db.close();
  });

  it.each([0, 1, 3, 4])('refuses a line that is not what was committed, here the one with number %i', async (n) => {
    const records = recordsOf(6);
    outboxWith(records).close();
    const db = new Database(join(folder, 'outbox.db'));
    const line = Buffer.from(records[n]!.line);
    line[line.indexOf('"t":"') + 6]! ^= 1;
    db.prepare('UPDATE records SET line = ? WHERE n = ?').run(line, n);
    db.close();
    const outbox = outboxWith([]);
    const index = ingestOf();
    index.ingest.applyRecords(key.deviceId, records);
    await expect(publish({ writer, projectDir: folder, outbox, ingest: index.ingest, key })).rejects.toThrow();
    expect([await published(), outbox.unpublishedCount()]).toEqual([[], 5]);
    outbox.close();
    index.db.close();
  });
});
