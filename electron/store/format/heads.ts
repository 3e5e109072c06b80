/** Up to which record sessions are known to go: what "seen" records, checkpoints and revocations carry. */
import { sessionPattern } from './records.ts';

/** Session -> number of its last known record and that record's hash. */
export type Heads = Readonly<Record<string, readonly [number: number, hash: string]>>;

/** The `heads` of a body; what is not of that form says nothing. */
export function headsOf(body: unknown): Record<string, [number: number, hash: string]> {
  const heads = typeof body === 'object' && body !== null && 'heads' in body ? body.heads : null;
  if (typeof heads !== 'object' || heads === null || Array.isArray(heads)) return {};
  // fromEntries defines own properties, so a session named "__proto__" stays inert.
  return Object.fromEntries(Object.entries(heads as Record<string, unknown>).flatMap(([session, head]): [string, [number, string]][] => {
    if (!sessionPattern.test(session) || !Array.isArray(head) || head.length !== 2) return [];
    const [number, hash] = head as unknown[];
    const isHead = Number.isSafeInteger(number) && (number as number) >= 0 && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
    return isHead ? [[session, [number as number, hash]]] : [];
  }));
}
