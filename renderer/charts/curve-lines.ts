/** Learning curves as data: what a line is, smoothing, and thinning that keeps every extreme. Pure. */
import { formatCount } from '../ui/format.ts';

/** One metric over x, ascending; values that are not finite are gaps. */
export interface Curve { readonly x: readonly number[]; readonly y: readonly number[]; }

/** A curve with the name and the colour of its run. */
export interface CurveLine {
  readonly id: string;
  readonly label: string;
  readonly colour: number;
  readonly curve: Curve;
  /** Drawn dashed whatever the colour, as the train part beside the validation part. */
  readonly isSecondary?: boolean;
  /** Thin and pale, without smoothing: every batch of a run that goes on. */
  readonly isFaint?: boolean;
}

/**
 * Exponential moving average with the bias correction of Adam (Kingma and Ba 2015, section 3), so that the start is not
 * drawn towards zero. `weight` 0 returns the values. Gaps stay gaps and do not move the average.
 */
export function smooth(values: readonly number[], weight: number): readonly number[] {
  if (weight <= 0) return values;
  let average = 0;
  let correction = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return NaN;
    average = weight * average + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
}

/** Points drawn per line; a longer curve keeps the lowest and the highest of each bucket. */
export const drawnPointLimit = 1200;

/** At most `limit` points that keep every extreme: first and last, and the minimum and maximum of each bucket. */
export function thin(curve: Curve, limit = drawnPointLimit): Curve {
  const count = curve.x.length;
  if (count <= limit) return curve;
  const bucketCount = Math.max(1, Math.floor((limit - 2) / 2));
  const kept = new Set([0, count - 1]);
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const from = Math.floor((bucket * count) / bucketCount);
    const to = Math.floor(((bucket + 1) * count) / bucketCount);
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      const y = curve.y[i] ?? NaN;
      if (!Number.isFinite(y)) { kept.add(i); continue; }
      if (!((curve.y[low] ?? NaN) <= y)) low = i;
      if (!((curve.y[high] ?? NaN) >= y)) high = i;
    }
    kept.add(low).add(high);
  }
  const order = [...kept].sort((a, b) => a - b);
  return { x: order.map((i) => curve.x[i] ?? NaN), y: order.map((i) => curve.y[i] ?? NaN) };
}

/** "1,200 of 48,000 points a line", or null where all are drawn. */
export function describeThinning(lines: readonly CurveLine[], limit = drawnPointLimit): string | null {
  const longest = lines.reduce((most, line) => Math.max(most, line.curve.x.length), 0);
  return longest > limit ? `${formatCount(limit)} of ${formatCount(longest)} points a line` : null;
}
