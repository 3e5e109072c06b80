/**
 * The only merge vocabulary of the log. One event carries the ops of one user action.
 * Anything that does not parse here is kept in the log word for word and takes no part in the state.
 */
import { z } from 'zod';
import { canonicalJson, type JsonValue } from './canonical.ts';

const name = z.string().regex(/^[A-Za-z0-9_.:-]{1,80}$/, 'not a name');
const eventHash = z.string().regex(/^[0-9a-f]{64}$/, 'not an event hash');
const value = z.custom<JsonValue>((input) => {
  try {
    canonicalJson(input);
    return true;
  } catch {
    return false;
  }
}, 'not a JSON value');
const fields = z.record(name, value);

/** An op as it stands in the log. */
export const StoredOp = z.discriminatedUnion('o', [
  z.object({ o: z.literal('create'), e: name, t: name, f: fields }),
  z.object({ o: z.literal('set'), e: name, f: fields }),
  z.object({ o: z.literal('add'), e: name, s: name, x: value }),
  /** `r`: the events whose adds of `x` the writer had seen; an add it had not seen survives. */
  z.object({ o: z.literal('remove'), e: name, s: name, x: value, r: z.array(eventHash) }),
  /** `u`: a Yjs update in base64. */
  z.object({ o: z.literal('text'), e: name, u: z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/) }),
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
  if (!Array.isArray(ops)) return [];
  return ops.flatMap((op) => {
    const parsed = StoredOp.safeParse(op);
    return parsed.success ? [parsed.data] : [];
  });
}

/** The registers an op writes; empty for sets and text. */
export function fieldsOf(op: StoredOp | Op): [field: string, value: JsonValue][] {
  return op.o === 'create' || op.o === 'set' ? Object.entries(op.f) : [];
}
