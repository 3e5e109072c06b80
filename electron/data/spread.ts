/** Numbers far from the others, and the lengths of texts: each counted for all columns in one pass over all rows. */
import { isNumberType } from '../../shared/domain/column-data.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { OutlierCount, TextLengths } from '../../shared/domain/relations.ts';
import type { Session } from './duck.ts';
import type { ParquetTable } from './parquet.ts';

type Picked = ParquetTable['columns'][number];

/**
 * Numbers beyond Tukey's inner and outer fences (Exploratory Data Analysis, 1977), from the quartiles of the profile,
 * which are those of numpy and not Tukey's hinges. Dates and time stamps have no outliers.
 */
export async function countOutliers(session: Session, { from, columns }: ParquetTable, profile: readonly ColumnProfile[]): Promise<OutlierCount[]> {
  const numbers = columns.filter(({ type }) => type === 'integer' || type === 'number').flatMap((column) => {
    const about = profile.find(({ name }) => name === column.name);
    return about?.numeric ? [{ column, about, fences: fencesOf(about.numeric) }] : [];
  });
  if (numbers.length === 0) return [];
  const counts = numbers.flatMap(({ column, fences }) => {
    const x = `CAST(${column.x} AS DOUBLE)`;
    // Infinite values are no numbers to count; NaN is greater than all of them in DuckDB.
    return fences === null ? ['0', '0'] : [[fences.low, fences.high], [fences.farLow, fences.farHigh]].map(([low = 0, high = 0]) => `count(*) FILTER (WHERE isfinite(${x}) AND (${x} < ${double(low)} OR ${x} > ${double(high)}))`);
  });
  const [row = []] = await session.rows(`SELECT ${counts.join(', ')} FROM ${from}`);
  return numbers.map(({ column, about, fences }, index) => ({
    column: column.name, numberCount: about.rowCount - about.missingCount - about.nonFiniteCount, fences,
    outlierCount: Number(row[2 * index]), farCount: Number(row[2 * index + 1]), isExact: about.distinctIsExact,
  }));
}

/** Lengths in characters (Unicode code points) of texts and categories. */
export async function textLengths(session: Session, { from, columns }: ParquetTable): Promise<TextLengths[]> {
  const texts = columns.filter(isText);
  if (texts.length === 0) return [];
  const statistics = texts.flatMap(({ x }) => {
    const length = `length(CAST(${x} AS VARCHAR))`;
    return [`count(${x})`, `count(*) FILTER (WHERE ${length} = 0)`, `min(${length})`, `quantile_cont(${length}, 0.5)`, `avg(${length})`, `max(${length})`];
  });
  const [row = []] = await session.rows(`SELECT ${statistics.join(', ')} FROM ${from}`);
  return texts.map(({ name }, index) => {
    const [textCount = 0, emptyCount = 0, min = 0, median = 0, mean = 0, max = 0] = row.slice(6 * index, 6 * index + 6).map(Number);
    return { column: name, textCount, emptyCount, lengths: textCount === 0 ? null : { min, median, mean, max } };
  });
}

function isText({ type }: Picked): boolean {
  return !isNumberType(type) && type !== 'boolean' && type !== 'image';
}

function fencesOf({ q25, q75 }: NonNullable<ColumnProfile['numeric']>): OutlierCount['fences'] {
  const range = q75 - q25;
  if (!(range > 0) || !Number.isFinite(range)) return null;
  return { low: q25 - 1.5 * range, high: q75 + 1.5 * range, farLow: q25 - 3 * range, farHigh: q75 + 3 * range };
}

/** A number as an SQL literal of all its digits; beyond the range of doubles nothing is. */
function double(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}
