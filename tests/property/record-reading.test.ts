/** Records and ops are read by hand for speed; the schemas say what is right. Both must agree on everything, also on what is wrong. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readOp, StoredOp } from '../../electron/store/format/ops.ts';
import { decodeRecord, encodeRecord, LogRecord, noParent } from '../../electron/store/format/records.ts';
import { count } from '../support/counts.ts';

/** Mostly good, so that most of what is made of such parts is good as a whole. */
function mostly<T>(good: fc.Arbitrary<T>, ...bad: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 15, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
}

const hash = mostly(fc.constantFrom('a'.repeat(64), noParent), 'A'.repeat(64), 'a'.repeat(63));
const name = mostly(fc.constantFrom('run', 'a.b:c-d_e', '__proto__', 'constructor'), 'a b', '', 'x'.repeat(81));
const value = fc.oneof(fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown), fc.constantFrom(1e300, Number.POSITIVE_INFINITY, null, undefined, deep(70)));
const fields = fc.oneof(fc.array(fc.tuple(name, value), { maxLength: 3 }).map((entries) => Object.fromEntries(entries) as unknown), fc.constantFrom(null, [], 1));

const op = fc.record({
  o: fc.constantFrom('create', 'set', 'add', 'remove', 'text', 'drop', 1),
  e: fc.oneof(name, fc.constant(1)), t: name, f: fields, s: name, x: value,
  r: fc.oneof(fc.array(hash, { maxLength: 2 }), fc.constantFrom(null, ['x'])),
  u: fc.constantFrom('AAE=', 'A A', '', 'AA===', 7),
}, { requiredKeys: [] });

function deep(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
}

it('an op is read as its schema reads it', () => {
  fc.assert(fc.property(fc.oneof({ weight: 9, arbitrary: op }, { weight: 1, arbitrary: fc.anything() }), (input) => {
    // Only what JSON can say arrives here.
    const text = JSON.stringify(input);
    const said: unknown = text === undefined ? null : JSON.parse(text.replaceAll('1e+300', '1e999'));
    const parsed = StoredOp.safeParse(said);
    expect(readOp(said)).toEqual(parsed.success ? parsed.data : null);
  }), { numRuns: count(5_000) });
});

const record = fc.record({
  v: mostly<unknown>(fc.constantFrom(1, 2), 0, 1.5, '1', 1e20),
  s: mostly(fc.constant('0'.repeat(26)), 'u'.repeat(26), ''),
  n: mostly<unknown>(fc.constantFrom(0, 7, 1e15), -1, 1e17, 0.5),
  p: hash,
  t: mostly(fc.constant('0000000f4240-0000'), '0000000F4240-0000', ''),
  a: mostly(fc.oneof(fc.string({ maxLength: 12, unit: 'binary' }), fc.constant('"\\\u2028')), 'x'.repeat(201)),
  k: mostly(fc.constantFrom('runs.start', 'a "quoted" kind', 'k'.repeat(120)), '', 'k'.repeat(121)),
  c: mostly<unknown>(fc.array(hash, { maxLength: 2 }), 'x', [1]),
  b: mostly<unknown>(fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as unknown), deep(80)),
});

it('a line is read as its schema reads it, whatever its form', () => {
  const spoil = fc.constantFrom<(line: string) => string>(
    (line) => line, (line) => line.replace('{', '{ '), (line) => line.replace('"b":', '"b":1,"b":'), (line) => line.replace(/\}$/, ',"b":2}'), (line) => `${line} `,
    (line) => line.slice(0, -1), (line) => `${line}}`, (line) => line.replace('"n":', '"x":{"b":0},"n":'), (line) => line.replace(/\}$/, '\r'), (line) => `${line}\r`,
  );
  fc.assert(fc.property(record, spoil, (parts, change) => {
    const text = change(JSON.stringify(parts));
    const line = new TextEncoder().encode(text);
    const read = decodeRecord(line);
    let said: unknown;
    try {
      said = JSON.parse(new TextDecoder().decode(line));
    } catch {
      expect(read).toBe('a line that is not JSON');
      return;
    }
    const parsed = LogRecord.safeParse(said);
    if (!parsed.success) {
      expect(typeof read).toBe('string');
      return;
    }
    expect(typeof read === 'string' ? read : read.record).toEqual(parsed.data);
    if (typeof read !== 'string') expect(JSON.parse(read.bodyText)).toEqual(parsed.data.b ?? null);
  }), { numRuns: count(5_000) });
});

it('a record that was written is read back', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.json(), (person, body) => {
    const written = encodeRecord({
      v: 1, s: '0'.repeat(26), n: 3, p: noParent, t: '0000000f4240-0000', a: person.slice(0, 200), k: 'runs.note', c: [noParent], b: JSON.parse(body) as unknown,
    });
    expect(decodeRecord(written.line)).toEqual({ ...written, record: JSON.parse(JSON.stringify(written.record)) as unknown });
  }), { numRuns: count(1_000) });
});
