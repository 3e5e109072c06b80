/** Which columns are missing together: the sets of columns that have no value in the same row, counted over all rows. */
import type { MissingPatterns } from '../../shared/domain/relations.ts';
import type { Session } from './duck.ts';
import type { ParquetTable } from './parquet.ts';

const shownPatterns = 20;
/** Bits of one number that stand for columns. */
const bitsPerMask = 60;

/** A value is missing where there is none: an empty text and NaN are values. One pass over the columns that miss something. */
export async function missingPatterns(session: Session, { from, columns, rowCount }: ParquetTable): Promise<MissingPatterns> {
  if (columns.length === 0 || rowCount === 0) return { columns: [], patternCount: 0, patterns: [] };
  const [counts = []] = await session.rows(`SELECT ${columns.map(({ stored }) => `count(${stored})`).join(', ')} FROM ${from}`);
  const missing = columns.map(({ name, stored }, index) => ({ name, stored, missingCount: rowCount - Number(counts[index]) })).filter(({ missingCount }) => missingCount > 0);
  if (missing.length === 0) return { columns: [], patternCount: 0, patterns: [{ columns: [], rowCount }] };
  const masks = Array.from({ length: Math.ceil(missing.length / bitsPerMask) }, (_, mask) => missing.slice(mask * bitsPerMask, (mask + 1) * bitsPerMask)
    .map(({ stored }, bit) => `(CASE WHEN ${stored} IS NULL THEN ${2n ** BigInt(bit)}::BIGINT ELSE 0 END)`).join(' + '));
  const names = masks.map((_, mask) => `m${mask}`);
  const rows = await session.rows(
    `WITH counted AS MATERIALIZED (SELECT ${masks.map((mask, index) => `${mask} AS ${names[index]}`).join(', ')}, count(*) AS times FROM ${from} GROUP BY ${names.join(', ')})
     SELECT times, (SELECT count(*) FROM counted WHERE ${names.map((name) => `${name} <> 0`).join(' OR ')}), ${names.map((name) => `CAST(${name} AS VARCHAR)`).join(', ')}
     FROM counted ORDER BY times DESC, ${names.join(', ')} LIMIT ${shownPatterns}`,
  );
  return {
    columns: missing.map(({ name, missingCount }) => ({ name, missingCount })),
    patternCount: Number(rows[0]?.[1] ?? 0),
    patterns: rows.map(([times, , ...bits]) => ({
      rowCount: Number(times),
      columns: missing.filter((_, index) => (BigInt(String(bits[Math.floor(index / bitsPerMask)])) >> BigInt(index % bitsPerMask)) % 2n === 1n).map(({ name }) => name),
    })),
  };
}
