/**
 * How numbers, times and sizes read in the window: four significant digits, a true minus sign, grouped thousands.
 * Every function is pure; the full value belongs in a `title` (`formatExact`).
 */
const minus = '\u2212';
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const byDecimals: Intl.NumberFormat[] = [];
/** Making a formatter costs a thousand times what formatting does, and tables format per cell. */
function withDecimals(decimals: number): Intl.NumberFormat {
  return (byDecimals[decimals] ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: decimals }));
}

/** A count with grouped thousands: 1234567 reads "1,234,567". */
export function formatCount(count: number): string {
  return grouped.format(count).replace('-', minus);
}

/** A number to `digits` significant digits; integers in full up to nine digits. Not finite reads as what it is. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '\u2013';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : `${minus}\u221e`;
  if (Object.is(value, 0) || Object.is(value, -0)) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return formatCount(value);
  if (size >= 1e9 || size < 1e-4) {
    const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e');
    const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${trimmed}e${Number(exponent)}`.replaceAll('-', minus);
  }
  // Digits before the point are never rounded away: 12345.6 is 12,346 and not 12,350.
  if (size >= 10 ** (digits - 1)) return formatCount(Math.round(value));
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return withDecimals(Math.min(decimals, 20)).format(rounded).replace('-', minus);
}

/** A metric: always four decimals below 10 and four digits above, so that a column of them lines up. */
export function formatMetric(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return formatNumber(value);
  const size = Math.abs(value);
  if (size >= 10_000) return formatNumber(value);
  return (size < 10 ? value.toFixed(4) : value.toPrecision(4)).replace('-', minus);
}

/** The value with all its digits, for a title or the clipboard. */
export function formatExact(value: number | null | undefined): string {
  return value === null || value === undefined ? 'none' : String(value);
}

/** A share 0..1 as a percentage: "none" at 0, "100 %" at 1, else at most three significant digits. */
export function formatShare(share: number): string {
  if (share === 0) return 'none';
  const percent = share * 100;
  if (percent < 0.01) return '< 0.01 %';
  if (share < 1 && percent > 99.99) return '> 99.99 %';
  return `${Number(percent.toPrecision(3))} %`;
}

/** Bytes in decimal units: 21700000 reads "21.7 MB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : Number(size.toPrecision(3))} ${units[unit]}`;
}

/** A duration: "48.2 s", "1 min 42 s", "2 h 5 min"; below a second in ms. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '\u2013';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 9_950 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** A time without seconds of the same day as "14:06", of this year as "12 Mar", else "12 Mar 2025". */
export function formatWhen(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const now = new Date(nowMs);
  if (at.toDateString() === now.toDateString()) return formatClock(atMs);
  const day = `${at.getDate()} ${monthName(at.getMonth())}`;
  return at.getFullYear() === now.getFullYear() ? day : `${day} ${at.getFullYear()}`;
}

/** "14:06" in local time. */
export function formatClock(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** "12 Mar 2026". */
export function formatDay(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getDate()} ${monthName(at.getMonth())} ${at.getFullYear()}`;
}

/** "12 Mar 2026, 14:02:37" in local time. */
export function formatDateTime(atMs: number): string {
  return `${formatDay(atMs)}, ${formatClock(atMs)}:${two(new Date(atMs).getSeconds())}`;
}

/** The start of a hash in groups of four, as people compare it: "e81a 07d4 55c2 9b16". */
export function formatHash(hash: string, groups = 4): string {
  return (hash.slice(0, groups * 4).match(/.{1,4}/g) ?? []).join(' ');
}

/** "1 row", "12,000 rows". */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function monthName(month: number): string {
  return ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][month] ?? '';
}
