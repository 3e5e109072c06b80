/** One line of `npm run bench`: a value, what it is measured against in the same run, and whether the goal holds. */
export interface BenchLine {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What is beside it; null when the peer was absent or there is none. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** Above 1 means that ours is better. */
  readonly ratio: number | null;
  /** For example ">= 1.3 x peer"; null without a goal. */
  readonly goal: string | null;
  /** Null when there is no goal or no peer to hold it against. */
  readonly holds: boolean | null;
  readonly runs: number;
}

/** The middle value; of an even count the mean of the two in the middle. @throws RangeError when empty. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
