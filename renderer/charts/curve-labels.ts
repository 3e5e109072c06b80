/** Where the words of a curves chart stand: names at the ends of lines, and ticks. Pure. */
import { formatDuration, formatNumber } from '../ui/format.ts';
import { smooth, type CurveLine } from './curve-lines.ts';

const labelHeight = 14;
const labelWidth = 34;

/**
 * How far down, in pixels, the name at the end of a line moves so that names that end close together do not cover each other.
 * Reckoned for a plot of 340 by 220 pixels, the usual size; names far apart along x stay where they are.
 */
export function endLabelOffsets(lines: readonly CurveLine[], smoothing: number): ReadonlyMap<string, number> {
  const all = lines.filter((line) => !line.isFaint).map((line) => ({ id: line.id, x: line.curve.x.at(-1), values: smooth(line.curve.y, smoothing) }));
  const finite = all.flatMap((line) => line.values.filter(Number.isFinite));
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const lastX = all.reduce((most, line) => Math.max(most, line.x ?? 0), 0) || 1;
  const ends = all.flatMap((line) => {
    const y = line.values.findLast(Number.isFinite);
    return line.x === undefined || y === undefined ? [] : [{ id: line.id, left: (line.x / lastX) * 340, top: high > low ? ((high - y) / (high - low)) * 220 : 110 }];
  }).sort((a, b) => a.top - b.top);
  const placed: { readonly left: number; readonly top: number }[] = [];
  const offsets = new Map<string, number>();
  for (const end of ends) {
    let top = end.top;
    for (const other of placed) if (Math.abs(other.left - end.left) < labelWidth && top < other.top + labelHeight) top = Math.max(top, other.top + labelHeight);
    placed.push({ left: end.left, top });
    offsets.set(end.id, Math.round(top - end.top));
  }
  return offsets;
}

/** Decimals that all ticks share, so that they line up; null for large numbers, which are shortened one by one. */
export function tickDecimals(lines: readonly CurveLine[], smoothing: number): number | null {
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines) {
    for (const y of smooth(line.curve.y, smoothing)) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  if (!(high > low) || Math.max(Math.abs(low), Math.abs(high)) >= 10_000) return null;
  // The step echarts takes for about four intervals: 1, 2, 3, 5 or 10 times a power of ten.
  const raw = (high - low) / 4;
  const power = Math.floor(Math.log10(raw));
  const lead = raw / 10 ** power;
  return Math.min(6, Math.max(0, lead < 7 ? -power : -power - 1));
}

/** Seconds on a tick: "0", "45 s", "12 min 0 s". */
export function shortTime(seconds: number): string {
  return seconds === 0 ? '0' : seconds < 120 ? `${formatNumber(seconds, 3)} s` : formatDuration(seconds * 1000);
}

/** Tick labels of long axes: 12,000 reads "12 k". */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 10_000 ? `${formatNumber(value / 1000, 3)} k` : formatNumber(value, 3);
}
