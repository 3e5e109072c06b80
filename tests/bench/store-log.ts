/**
 * A log as four people would leave it in years: things made, changed, tagged and written about, some by somebody else than
 * who made them. Written as sealed segments directly, because committing a million events one by one takes hours.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Y from 'yjs';
import { sha256Hex } from '../../electron/files/hashing.ts';
import { deviceKey, type DeviceKey } from '../../electron/store/format/keys.ts';
import type { JsonValue } from '../../electron/store/format/canonical.ts';
import type { StoredOp } from '../../electron/store/format/ops.ts';
import { encodeRecord, noParent, recordVersion, type RecordLine } from '../../electron/store/format/records.ts';
import { sealAtBytes, sealSegment } from '../../electron/store/format/segments.ts';

const people = ['Ana', 'Ben', 'Cleo', 'Dan'];
/** Events that one person makes before another goes on. */
const turnCount = 400;
const sessionEventCount = 4_000;
const pageCount = 120;
const startMs = Date.UTC(2026, 0, 1);

interface Person {
  readonly name: string;
  readonly key: DeviceKey;
  session: string;
  segmentNumber: number;
  last: RecordLine | null;
  lines: RecordLine[];
  sizeBytes: number;
}

/** What was written last to the field "note" of a thing. */
interface Thing { readonly id: string; owner: Person; noteHash: string | null; noteBy: Person | null; tag: { x: string; hash: string } | null }

export interface BenchLog {
  readonly sizeBytes: number;
  readonly segmentPaths: readonly string[];
}

/** Writes about `eventCount` events into the log of a project. Same arguments, same bytes. */
export async function writeLog(projectDir: string, projectId: string, eventCount: number): Promise<BenchLog> {
  const random = numbers(7);
  const team = people.map((name, i): Person => ({ name, key: deviceKey(name, new Uint8Array(32).fill(i + 1)), session: '', segmentNumber: 0, last: null, lines: [], sizeBytes: 0 }));
  const things: Thing[] = [];
  const pages: { id: string; doc: Y.Doc }[] = [];
  const paths: string[] = [];
  let total = 0;
  let nowMs = startMs;

  async function seal(person: Person): Promise<void> {
    if (person.lines.length === 0) return;
    const bytes = sealSegment(person.lines, person.key);
    const path = `log/${person.key.deviceId}/${person.session}-${String(person.segmentNumber++).padStart(6, '0')}.seg`;
    if (person.segmentNumber === 1) await mkdir(join(projectDir, 'log', person.key.deviceId), { recursive: true });
    await writeFile(join(projectDir, path), bytes);
    paths.push(path);
    total += bytes.length;
    [person.lines, person.sizeBytes] = [[], 0];
  }

  async function append(person: Person, kind: string, c: string[], b: unknown): Promise<RecordLine> {
    nowMs += 1 + Math.floor(random() * 2000);
    const t = `${nowMs.toString(16).padStart(12, '0')}-0000`;
    const { last } = person;
    const record = encodeRecord({ v: recordVersion, s: person.session, n: last ? last.record.n + 1 : 0, p: last?.hash ?? noParent, t, a: person.name, k: kind, c, b });
    person.last = record;
    person.lines.push(record);
    person.sizeBytes += record.line.length + 1;
    if (person.sizeBytes >= sealAtBytes) await seal(person);
    return record;
  }

  async function startSession(person: Person): Promise<void> {
    await seal(person);
    const previous = person.last?.hash ?? null;
    Object.assign(person, { session: base32(random, 26), segmentNumber: 0, last: null });
    await append(person, 'session', [], {
      project: projectId, device: person.key.deviceId, key: person.key.publicKey, nonce: base32(random, 26), previous, app: '0.0.0', os: 'bench', clock: 'system',
    });
  }

  async function act(person: Person): Promise<void> {
    const dice = random();
    const recent = things[things.length - 1 - Math.floor(random() ** 3 * Math.min(things.length, 20_000))];
    if (dice < 0.12 || !recent) {
      const id = base32(random, 26);
      const f: Record<string, JsonValue> = { name: `run ${things.length}`, model: 'mlp', epochs: 40, params: { rate: random(), layers: [64, 64] } };
      await append(person, 'runs.start', [], { ops: [{ o: 'create', e: id, t: 'run', f }] });
      things.push({ id, owner: person, noteHash: null, noteBy: null, tag: null });
    } else if (dice < 0.66) {
      const own = random() < 0.9 && recent.owner !== person ? things.findLast((thing, i) => i > things.length - 200 && thing.owner === person) ?? recent : recent;
      const f = { status: 'running', epoch: Math.floor(random() * 40), loss: random() };
      await append(person, 'runs.progress', [], { ops: [{ o: 'set', e: own.id, f }] });
    } else if (dice < 0.74) {
      const c = recent.noteHash !== null && recent.noteBy !== person ? [recent.noteHash] : [];
      const { hash } = await append(person, 'runs.note', c, { ops: [{ o: 'set', e: recent.id, f: { note: `seen by ${person.name}: loss ${random()}` } }], why: 'looked at it' });
      [recent.noteHash, recent.noteBy] = [hash, person];
    } else if (dice < 0.88) {
      const x = `tag ${Math.floor(random() * 30)}`;
      const { hash } = await append(person, 'runs.tag', [], { ops: [{ o: 'add', e: recent.id, s: 'tags', x }] });
      recent.tag = { x, hash };
    } else if (dice < 0.92 && recent.tag) {
      await append(person, 'runs.untag', [], { ops: [{ o: 'remove', e: recent.id, s: 'tags', x: recent.tag.x, r: [recent.tag.hash] }] });
      recent.tag = null;
    } else {
      await write(person);
    }
  }

  async function write(person: Person): Promise<void> {
    const i = Math.floor(random() * pageCount);
    let page = pages[i];
    if (!page) {
      pages[i] = page = { id: base32(random, 26), doc: new Y.Doc({ guid: 'text' }) };
      page.doc.clientID = 1000 + i;
      await append(person, 'pages.create', [], { ops: [{ o: 'create', e: page.id, t: 'page', f: { title: `page ${i}` } }] });
    }
    const before = Y.encodeStateVector(page.doc);
    page.doc.getText('text').insert(Math.floor(random() * page.doc.getText('text').length), `a sentence about ${Math.floor(random() * 1000)}. `);
    const u = Buffer.from(Y.encodeStateAsUpdate(page.doc, before)).toString('base64');
    await append(person, 'pages.write', [], { ops: [{ o: 'text', e: page.id, u } satisfies StoredOp] });
  }

  for (let n = 0, turn = 0; n < eventCount; turn++) {
    const person = team[turn % team.length] as Person;
    if (person.last === null || person.last.record.n > sessionEventCount) await startSession(person);
    for (let i = 0; i < turnCount && n < eventCount; i++, n++) await act(person);
    await seal(person);
  }
  for (const { doc } of pages.filter(Boolean)) doc.destroy();
  return { sizeBytes: total, segmentPaths: paths };
}

/** The records of a session that makes notes. */
export function sessionOf(projectId: string, key: DeviceKey, name: string, count: number): RecordLine[] {
  const session = sha256Hex(name).slice(0, 26);
  const header = { project: projectId, device: key.deviceId, key: key.publicKey, nonce: '00', previous: null, app: '0.0.0', os: 'bench', clock: 'system' };
  const records: RecordLine[] = [];
  for (let n = 0; n <= count; n++) {
    const op = { o: 'create', e: noteId(name, n), t: 'note', f: { text: `note ${n}`, rank: n } };
    records.push(encodeRecord({
      v: recordVersion, s: session, n, p: records.at(-1)?.hash ?? noParent, t: `${(Date.UTC(2026, 0, 1) + n).toString(16).padStart(12, '0')}-0000`, a: 'peer',
      k: n === 0 ? 'session' : 'notes.create', c: [], b: n === 0 ? header : { ops: [op] },
    }));
  }
  return records;
}

function noteId(name: string, n: number): string {
  return `${name}-${n}`;
}

/** A sealed segment of 1,000 events that make notes, and the last of them. */
export function newsOf(projectId: string, name: string): { name: string; bytes: Uint8Array; last: string } {
  const key = deviceKey('peer', Buffer.from(sha256Hex(`news ${name}`), 'hex'));
  return { name: `news-${name}.seg`, bytes: sealSegment(sessionOf(projectId, key, name, 1_000), key), last: noteId(name, 1_000) };
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function base32(random: () => number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += '0123456789abcdefghjkmnpqrstvwxyz'[Math.floor(random() * 32)];
  return text;
}
