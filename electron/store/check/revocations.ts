/** Which devices were taken out, from the writes of the field "revoked" of device entities, and up to where their records count. */
import { headsOf } from '../format/heads.ts';

/** One write of the field. */
export interface RevocationWrite {
  /** The device that it is about. */
  readonly target: string;
  /** Who wrote it. */
  readonly by: string;
  readonly person: string;
  readonly hash: string;
  readonly session: string;
  readonly number: number;
  readonly parents: readonly string[];
  /** `{ by, reason, heads }`, or null where it is taken back. */
  readonly value: unknown;
}

export interface Revocation {
  readonly target: string;
  /** As in a sentence: "device 3f... (Ana)". */
  readonly by: string;
  /** Session -> the last of its records that was known when the device was taken out. */
  readonly limits: ReadonlyMap<string, number>;
}

/** One per device that is out: a write that another replaced does not count; of several the strictest limits do. */
export function findRevocations(writes: readonly RevocationWrite[]): Revocation[] {
  const byTarget = new Map<string, RevocationWrite[]>();
  for (const write of writes) {
    const isReplaced = writes.some((other) => other.target === write.target && other.hash !== write.hash && (
      other.parents.includes(write.hash) || (other.by === write.by && other.session === write.session && other.number > write.number)));
    const isOut = typeof write.value === 'object' && write.value !== null && write.by !== write.target;
    if (!isReplaced && isOut) byTarget.set(write.target, [...(byTarget.get(write.target) ?? []), write]);
  }
  return [...byTarget].map(([target, alive]) => {
    const all = alive.map(({ value }) => headsOf(value));
    const sessions = new Set(all.flatMap((heads) => Object.keys(heads)));
    const limits = new Map([...sessions].map((session) => [session, Math.min(...all.map((heads) => heads[session]?.[0] ?? -1))]));
    const first = alive.reduce((a, b) => (b.hash < a.hash ? b : a));
    return { target, by: `device ${first.by} (${first.person})`, limits };
  });
}
