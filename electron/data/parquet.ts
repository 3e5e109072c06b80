/**
 * Our Parquet files. Types are stored as BOOLEAN, BIGINT, DOUBLE, VARCHAR, DATE, TIMESTAMP and BLOB; the
 * key "assay_types" of the file's metadata lists our types in column order, because a category and
 * a text are both VARCHAR. A file without that key is read by its own types.
 */
import { ColumnType } from '../../shared/domain/columns.ts';
import type { Column } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import { basename } from 'node:path';
import { duckReason } from './duck.ts';
import type { Session } from './duck.ts';
import { fieldsOf } from './fields.ts';
import { nameKey, uniqueNames } from './records.ts';
import { exactPath, identifier, literal } from './sql.ts';

/** Rows of a row group: what readers skip as a whole. */
export const rowGroupSize = 122_880;

/** Of a table with images, which are written from row groups of some megabytes: a group is held in memory whole. */
const imageRowGroupSize = 16;

const typesKey = 'assay_types';

/** The options of COPY. Level 1 of zstd: level 3 takes a tenth more time for 2 % less space. */
export function parquetOptions(types: readonly ColumnType[], rowsPerGroup = types.includes('image') ? imageRowGroupSize : rowGroupSize): string {
  return `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${rowsPerGroup}, USE_TMP_FILE false, KV_METADATA {${typesKey}: ${literal(types.join(','))}}`;
}

export interface ParquetTable {
  readonly from: string;
  readonly rowCount: number;
  /** With the SQL of each column over `from`: its value as it is compared and shown, and as it is stored. They differ for images, whose value is the hash of their bytes. */
  readonly columns: readonly (Column & { readonly x: string; readonly stored: string })[];
}

/** The name that the reader gives to the number of a row; a column may have it too. */
const rowNumber = 'file_row_number';

/** Reads the footer of a Parquet file. @throws data/malformed */
export async function describeParquet(session: Session, path: string): Promise<ParquetTable> {
  const file = literal(exactPath(path));
  const whole = `read_parquet(${file})`;
  try {
    const { fields } = await fieldsOf(session, whole);
    const [count] = await session.rows(`SELECT num_rows FROM parquet_file_metadata(${file})`);
    const types = await ownTypes(session, file);
    const namesake = fields.find(({ name }) => nameKey(name) === rowNumber);
    const spare = identifier(uniqueNames([...fields.map(({ name }) => name), rowNumber]).at(-1) ?? '');
    return {
      from: namesake === undefined ? whole : `(SELECT * RENAME (${namesake.x} AS ${spare}) FROM ${whole})`,
      rowCount: Number(count?.[0] ?? 0),
      columns: fields.map((field, index) => {
        const x = field === namesake ? spare : field.x;
        return { name: field.name, x: field.family === 'blob' ? `sha256(${x})` : x, stored: x, type: types?.[index] ?? foreignTypes[field.family] ?? 'text' };
      }),
    };
  } catch (thrown) {
    throw fail('data/malformed', { file: basename(path), reason: duckReason(thrown, path) }, thrown);
  }
}

/** The source `from` of a described table with the number of each row, from 0, as file_row_number. */
export function numbered(from: string): string {
  // The reader cannot tell numbers beside a column of that name: then the rows are counted, and none is passed over unread.
  if (from.startsWith('(')) return `(SELECT *, row_number() OVER () - 1 AS ${rowNumber} FROM ${from})`;
  return from.replace(/\)$/, `, ${rowNumber} = true)`);
}

/** The columns named, in that order. @throws data/unknown-column */
export function pickColumns(table: ParquetTable, names: readonly string[] | undefined, dataset: string): ParquetTable['columns'] {
  if (names === undefined) return table.columns;
  return names.map((name) => {
    const found = table.columns.find((column) => column.name === name);
    if (found) return found;
    throw fail('data/unknown-column', { column: name, dataset, columns: table.columns.map((column) => column.name).slice(0, 20).join(', ') });
  });
}

/** Our types as the file's metadata lists them; null when the key is absent or does not make sense. */
export async function ownTypes(session: Session, file: string): Promise<ColumnType[] | null> {
  const [row] = await session.rows(`SELECT decode(value) FROM parquet_kv_metadata(${file}) WHERE decode(key) = ${literal(typesKey)}`);
  if (typeof row?.[0] !== 'string') return null;
  const types = row[0].split(',').map((type) => ColumnType.safeParse(type));
  return types.every((type) => type.success) ? types.map((type) => type.data) : null;
}

const foreignTypes: Readonly<Record<string, ColumnType>> = {
  boolean: 'boolean', integer: 'integer', float: 'number', date: 'date', timestamp: 'timestamp', enum: 'category', blob: 'image',
};
