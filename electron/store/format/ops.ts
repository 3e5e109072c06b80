/**
 * The only merge vocabulary of the log. One event carries the ops of one user action.
 * Anything that does not parse here is kept in the log word for word and takes no part in the state.
 */
import { z } from 'zod';
import { isCanonical, type JsonValue } from './canonical.ts';

const namePattern = /^[A-Za-z0-9_.:-]{1,80}$/;
const eventHashPattern = /^[0-9a-f]{64}$/;
const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

const name = z.string().regex(namePattern, 'not a name');
const eventHash = z.string().regex(eventHashPattern, 'not an event hash');
const value = z.custom<JsonValue>(isCanonical, 'not a JSON value');
const fields = z.record(name, value);

/** An op as it stands in the log. */
export const StoredOp = z.discriminatedUnion('o', [
  z.object({ o: z.literal('create'), e: name, t: name, f: fields }),
  z.object({ o: z.literal('set'), e: name, f: fields }),
  z.object({ o: z.literal('add'), e: name, s: name, x: value }),
  /** `r`: the events whose adds of `x` the writer had seen; an add it had not seen survives. */
  z.object({ o: z.literal('remove'), e: name, s: name, x: value, r: z.array(eventHash) }),
  /** `u`: a Yjs update in base64. */
  z.object({ o: z.literal('text'), e: name, u: z.string().regex(base64Pattern) }),
]);
export type StoredOp = z.infer<typeof StoredOp>;

/** An op as callers of `commit` write it: what was observed is filled in from the index. */
export type Op =
  | { o: 'create'; e: string; t: string; f: Record<string, JsonValue> }
  | { o: 'set'; e: string; f: Record<string, JsonValue> }
  | { o: 'add'; e: string; s: string; x: JsonValue }
  | { o: 'remove'; e: string; s: string; x: JsonValue }
  | { o: 'text'; e: string; u: string };

/** The ops of an event's body that this version understands, in order. */
export function knownOps(body: unknown): StoredOp[] {
  const ops = typeof body === 'object' && body !== null && 'ops' in body ? body.ops : null;
  const known: StoredOp[] = [];
  if (!Array.isArray(ops)) return known;
  for (const each of ops) {
    const op = readOp(each);
    if (op) known.push(op);
  }
  return known;
}

/**
 * The op that a JSON value is, or null. `StoredOp` is its specification, to which a property test holds it; every op of
 * every event passes here, and by hand that is ten times faster.
 */
export function readOp(op: unknown): StoredOp | null {
  if (typeof op !== 'object' || op === null || !('o' in op) || !('e' in op) || !isName(op.e)) return null;
  const { o, e } = op;
  if (o === 'set') {
    const fields = 'f' in op ? readFields(op.f) : null;
    return fields && { o, e, f: fields };
  }
  if (o === 'create') {
    const fields = 'f' in op ? readFields(op.f) : null;
    return fields && 't' in op && isName(op.t) ? { o, e, t: op.t, f: fields } : null;
  }
  if (o === 'text') return 'u' in op && typeof op.u === 'string' && base64Pattern.test(op.u) ? { o, e, u: op.u } : null;
  if (!('s' in op) || !isName(op.s) || !('x' in op) || !isCanonical(op.x)) return null;
  if (o === 'add') return { o, e, s: op.s, x: op.x };
  if (o === 'remove' && 'r' in op && isHashes(op.r)) return { o, e, s: op.s, x: op.x, r: op.r };
  return null;
}

/** The fields of an op, without one called "__proto__": the schema leaves that one out, too. */
function readFields(input: unknown): Record<string, JsonValue> | null {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return null;
  const names = Object.keys(input);
  const entries = input as Record<string, unknown>;
  for (const each of names) {
    if (each === '__proto__') return readFields(Object.fromEntries(Object.entries(input).filter(([key]) => key !== each)));
    if (!namePattern.test(each) || !isCanonical(entries[each])) return null;
  }
  return input as Record<string, JsonValue>;
}

function isName(input: unknown): input is string {
  return typeof input === 'string' && namePattern.test(input);
}

function isHashes(input: unknown): input is string[] {
  return Array.isArray(input) && input.every((each) => typeof each === 'string' && eventHashPattern.test(each));
}

/** The registers an op writes; empty for sets and text. */
export function fieldsOf(op: StoredOp | Op): [field: string, value: JsonValue][] {
  return op.o === 'create' || op.o === 'set' ? Object.entries(op.f) : [];
}
