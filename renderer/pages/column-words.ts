/** What a column's profile says, in words and in the units of its type. Pure. */
import type { ColumnNote, ColumnRole } from '../../shared/domain/column-notes.ts';
import type { Cell, ColumnProfile, ColumnType, TopValue } from '../../shared/domain/columns.ts';
import type { KnownType } from '../ui/column-icon.tsx';
import { formatCount, formatNumber, formatPlural, formatShare } from '../ui/format.ts';

/** What the roles are called, and what they do. */
export const roleWords: Readonly<Record<ColumnRole, { readonly word: string; readonly meaning: string }>> = {
  target: { word: 'Target', meaning: 'What a model is to predict' },
  feature: { word: 'Feature', meaning: 'Always suggested as an input' },
  id: { word: 'Id', meaning: 'Names the row; no input' },
  time: { word: 'Time', meaning: 'When the row was; orders rows' },
  weight: { word: 'Weight', meaning: 'How much the row counts' },
  split: { word: 'Split', meaning: 'Which part the row is in; no input' },
  ignore: { word: 'Ignore', meaning: 'Left out' },
};

/** The type as people know it, with what they have said of the column. */
export function knownType(type: ColumnType, note: ColumnNote | null): KnownType {
  return note?.role === 'id' ? 'id' : type === 'category' && note?.categoryOrder ? 'ordered' : type;
}

/** The most frequent values, in the order of the categories where they have one; those that came later stand last. */
export function inOrder(values: readonly TopValue[] | null, order: readonly string[] | null): readonly TopValue[] {
  if (values === null || order === null) return values ?? [];
  const place = ({ value }: TopValue): number => (order.includes(value) ? order.indexOf(value) : order.length);
  return values.toSorted((a, b) => place(a) - place(b));
}

/** Whether ids are that: each row has one, and no two rows the same. */
export function describeIds({ rowCount, missingCount, distinctCount, distinctIsExact }: ColumnProfile): string {
  const repeated = rowCount - missingCount - distinctCount;
  if (!distinctIsExact) return `about ${formatPlural(distinctCount, 'id')} in ${formatPlural(rowCount, 'row')}`;
  if (repeated === 0 && missingCount === 0) return 'unique: another one in every row';
  return [...(repeated > 0 ? [`${formatPlural(repeated, 'row')} ${repeated === 1 ? 'repeats' : 'repeat'} an id`] : []), ...(missingCount > 0 ? [`${formatPlural(missingCount, 'row')} without one`] : [])].join(', ');
}

/** A number of a profile as a value of its column: dates and time stamps are milliseconds there. */
export function formatStatistic(type: ColumnType, value: number): string {
  if (type === 'date') return isoDate(value);
  if (type === 'timestamp') return isoTime(value);
  return formatNumber(value);
}

/** A difference between two values of the column: days for dates, else as a number. */
export function formatSpread(type: ColumnType, value: number): string {
  if (type !== 'date' && type !== 'timestamp') return formatNumber(value);
  const days = value / 86_400_000;
  return days >= 1 ? formatPlural(Number(days.toPrecision(3)), 'day') : `${formatNumber(value / 3_600_000)} h`;
}

/** "\u221243 to 1,137", "16 values", "20.5 % true". */
export function describeRange(profile: ColumnProfile): string {
  const present = profile.rowCount - profile.missingCount;
  if (present === 0) return 'all missing';
  if (profile.type === 'boolean') {
    const yes = profile.topValues?.find((top) => top.value === 'true')?.count ?? 0;
    return `${yes === 0 ? '0 %' : formatShare(yes / present)} true`;
  }
  if (profile.numeric) {
    const { min, max } = profile.numeric;
    return min === max ? `always ${formatStatistic(profile.type, min)}` : `${formatStatistic(profile.type, min)} to ${formatStatistic(profile.type, max)}`;
  }
  if (profile.distinctCount === present && profile.distinctIsExact && present > 1) return 'all distinct';
  return `${profile.distinctIsExact ? '' : 'about '}${formatPlural(profile.distinctCount, 'value')}`;
}

/** The range where room is short: time stamps over two days or more without the time of day. */
export function describeRangeBriefly(profile: ColumnProfile): string {
  const { type, numeric } = profile;
  return type === 'timestamp' && numeric && numeric.max - numeric.min >= 2 * 86_400_000 ? `${isoDate(numeric.min)} to ${isoDate(numeric.max)}` : describeRange(profile);
}

/** The counts for the small chart: a histogram, or the most frequent values; null where neither says anything. */
export function chartCounts(profile: ColumnProfile): readonly number[] | null {
  if (profile.numeric) return profile.numeric.histogram.counts;
  if (!profile.topValues || profile.topValues.length === 0) return null;
  if (profile.topValues[0]?.count === 1) return null;
  return profile.topValues.map((top) => top.count);
}

export function missingShare(profile: ColumnProfile): number {
  return profile.rowCount === 0 ? 0 : profile.missingCount / profile.rowCount;
}

/** One sentence for those who do not see the chart. */
export function describeColumn(profile: ColumnProfile): string {
  const missing = profile.missingCount === 0 ? 'none missing' : `${formatShare(missingShare(profile))} missing`;
  const top = profile.topValues?.[0];
  const most = !profile.numeric && top ? `, most often ${top.value} (${formatCount(top.count)})` : '';
  const middle = profile.numeric ? `, median ${formatStatistic(profile.type, profile.numeric.median)}` : '';
  return `${profile.name}: ${describeRange(profile)}${middle}${most}, ${missing}.`;
}

/** A cell of the rows table: an image as a word, numbers in full to six digits, dates as they are stored, a space before the time of day. */
export function formatCell(value: Cell, type: ColumnType): string {
  if (value === null) return '';
  if (type === 'image') return typeof value === 'number' ? 'image' : String(value);
  if (typeof value === 'number') return type === 'integer' ? formatInteger(value) : formatNumber(value, 6);
  return type === 'timestamp' ? String(value).replace(/^(\d+-\d\d-\d\d)T/, '$1 ') : String(value);
}

/** Identifiers and years read worse with separators, so integers of up to four digits have none. */
function formatInteger(value: number): string {
  return Math.abs(value) < 10_000 ? String(value).replace('-', '\u2212') : formatCount(value);
}

export function isoDate(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? formatNumber(ms) : date.toISOString().slice(0, 10);
}

export function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? formatNumber(ms) : date.toISOString().slice(0, 16).replace('T', ' ');
}

/** The width of a column in the rows table, from its name and type, px. */
export function columnWidth(name: string, type: ColumnType): number {
  const byName = 48 + name.length * 7.5;
  const byType = { boolean: 72, integer: 88, number: 96, category: 112, text: 160, date: 104, timestamp: 168, image: 72 }[type];
  return Math.round(Math.min(280, Math.max(byName, byType)));
}
