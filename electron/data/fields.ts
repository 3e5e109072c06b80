/**
 * The fields of a source as SQL expressions, and how each becomes a column of one of our types.
 * Nested values are flattened: a struct "a" with a field "b" becomes "a.b"; lists, maps and mixed
 * values become JSON text. Binary values are taken by those who know that they are images.
 */
import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBStructType, DuckDBType } from '@duckdb/node-api';
import type { ColumnType } from '../../shared/domain/columns.ts';
import type { Session } from './duck.ts';
import { uniqueNames } from './records.ts';
import { identifier, literal } from './sql.ts';
import { hasValueWord, isMissingText, valueOfText } from './text-values.ts';
import type { TextRules } from './text-values.ts';

/** What kind of values an expression has: `csv` is text that still has to be understood, `whole` doubles read from whole numbers. */
export type Family = 'csv' | 'whole' | 'string' | 'enum' | 'boolean' | 'integer' | 'huge' | 'float' | 'date' | 'timestamp' | 'json' | 'other' | 'blob';

export interface Field {
  readonly name: string;
  /** An SQL expression over the source. */
  readonly x: string;
  readonly family: Family;
  /** DuckDB's name of the type, for reasons shown to the user. */
  readonly sqlType: string;
}

export interface Conversion {
  /** The stored value; raises an SQL error where the value does not fit. */
  readonly stored: string;
  /** True where the value does not fit; null when every value fits. */
  readonly misfit: string | null;
}

/** The flattened fields of `from`, in order, and the names of those left out. */
export async function fieldsOf(session: Session, from: string): Promise<{ fields: Field[]; leftOut: string[] }> {
  const result = await session.connection.run(`SELECT * FROM ${from} LIMIT 0`);
  const fields: Field[] = [];
  const leftOut: string[] = [];
  const names = result.deduplicatedColumnNames();
  const visit = (name: string, x: string, type: DuckDBType): void => {
    if (type.typeId === DuckDBTypeId.STRUCT) {
      const struct = type as DuckDBStructType;
      for (let index = 0; index < struct.entryCount; index += 1) {
        const entry = struct.entryNames[index] ?? '';
        const entryType = struct.entryTypes[index];
        if (entryType) visit(`${name}.${entry}`, `struct_extract(${x}, ${literal(entry)})`, entryType);
      }
      return;
    }
    const family = familyOf(type);
    if (family === null) leftOut.push(name);
    else fields.push({ name, family, x: fieldExpression(x, family, type), sqlType: type.toString().slice(0, 60) });
  };
  names.forEach((name, index) => visit(name, identifier(name), result.columnType(index)));
  const unique = uniqueNames(fields.map((field) => field.name));
  return { fields: fields.map((field, index) => ({ ...field, name: unique[index] ?? field.name })), leftOut };
}

/** How `field` is stored as a column of `type`. `pattern` is how its dates are written, null for ISO 8601. */
export function convertField(field: Field, type: ColumnType, rules: TextRules, pattern: string | null): Conversion {
  const { x, family } = field;
  const isSame = sameFamily[type].includes(family);
  if (isSame) return { stored: `CAST(${x} AS ${storedType[type]})`, misfit: null };
  if (family === 'blob') return { stored: `CASE WHEN ${x} IS NOT NULL THEN CAST(error('does not fit: an image') AS ${storedType[type]}) END`, misfit: `${x} IS NOT NULL` };
  if (type === 'text' || type === 'category') {
    if (family === 'csv') return { stored: `CASE WHEN ${isMissingText(x, type, rules)} THEN NULL ELSE ${x} END`, misfit: null };
    return { stored: `CAST(${x} AS VARCHAR)`, misfit: null };
  }
  const isText = ['csv', 'string', 'enum', 'json'].includes(family);
  const text = family === 'csv' || family === 'string' ? x : `CAST(${x} AS VARCHAR)`;
  const value = isText ? valueOfText(text, type, rules, pattern) : valueAcross(x, family, type);
  const isMissing = isText ? isMissingText(text, type, rules) : `${x} IS NULL`;
  // The cast never succeeds: its text is no value of any type.
  const stored = `coalesce(${value}, CASE WHEN ${isMissing} THEN NULL ELSE CAST('does not fit: ' || ${text} AS ${storedType[type]}) END)`;
  return {
    stored: isText && hasValueWord(rules) ? `CASE WHEN ${isMissing} THEN NULL ELSE ${stored} END` : stored,
    misfit: `NOT (${isMissing}) AND (${value}) IS NULL`,
  };
}

/** The type under which each of our types is stored in Parquet. */
export const storedType: Readonly<Record<ColumnType, string>> = {
  boolean: 'BOOLEAN', integer: 'BIGINT', number: 'DOUBLE', category: 'VARCHAR', text: 'VARCHAR', date: 'DATE', timestamp: 'TIMESTAMP', image: 'BLOB',
};

const sameFamily: Readonly<Record<ColumnType, readonly Family[]>> = {
  boolean: ['boolean'], integer: ['integer'], number: ['float', 'integer', 'huge', 'boolean'], category: ['string', 'enum', 'json'],
  text: ['string', 'enum', 'json'], date: ['date'], timestamp: ['timestamp', 'date'], image: ['blob'],
};

/** A value that is not text as another type, NULL where that would lose something. */
function valueAcross(x: string, family: Family, type: ColumnType): string {
  if (type === 'integer' && family === 'float') return `CASE WHEN isfinite(${x}) AND ${x} = trunc(${x}) THEN TRY_CAST(${x} AS BIGINT) END`;
  // Up to here each whole number has a double of its own.
  if (type === 'integer' && family === 'whole') return `CASE WHEN abs(${x}) <= ${Number.MAX_SAFE_INTEGER} AND ${x} = trunc(${x}) THEN CAST(${x} AS BIGINT) END`;
  if (type === 'integer' && family === 'huge') return `TRY_CAST(${x} AS BIGINT)`;
  if (type === 'integer' && family === 'boolean') return `CAST(${x} AS BIGINT)`;
  if (type === 'boolean' && (family === 'integer' || family === 'huge' || family === 'float')) return `CASE WHEN ${x} = 1 THEN true WHEN ${x} = 0 THEN false END`;
  if (type === 'date' && family === 'timestamp') return `CASE WHEN ${x} = date_trunc('day', ${x}) THEN CAST(${x} AS DATE) END`;
  return `CAST(NULL AS ${storedType[type]})`;
}

/** Brings what has no family of its own into one: zoned times to UTC, lists and maps to JSON text. */
function fieldExpression(x: string, family: Family, type: DuckDBType): string {
  if (family === 'timestamp' && type.typeId === DuckDBTypeId.TIMESTAMP_TZ) return `make_timestamp(epoch_us(${x}))`;
  if (family === 'timestamp' && type.typeId !== DuckDBTypeId.TIMESTAMP) return `CAST(${x} AS TIMESTAMP)`;
  if (family === 'float' && type.typeId !== DuckDBTypeId.DOUBLE) return `CAST(${x} AS DOUBLE)`;
  // ->> gives a JSON string without its quotes and every other JSON value as JSON text.
  if (family === 'json') return type.typeId === DuckDBTypeId.VARCHAR ? `(${x} ->> '$')` : `CAST(to_json(${x}) AS VARCHAR)`;
  return x;
}

function familyOf(type: DuckDBType): Family | null {
  // A column of mixed JSON values is a VARCHAR with the alias JSON.
  if (type.typeId === DuckDBTypeId.VARCHAR) return type.alias === 'JSON' ? 'json' : 'string';
  return families.get(type.typeId) ?? null;
}

const families: ReadonlyMap<DuckDBTypeId, Family> = new Map<DuckDBTypeId, Family>([
  [DuckDBTypeId.BOOLEAN, 'boolean'],
  ...([DuckDBTypeId.TINYINT, DuckDBTypeId.SMALLINT, DuckDBTypeId.INTEGER, DuckDBTypeId.BIGINT, DuckDBTypeId.UTINYINT, DuckDBTypeId.USMALLINT, DuckDBTypeId.UINTEGER] as const).map((id) => [id, 'integer'] as const),
  ...([DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT] as const).map((id) => [id, 'huge'] as const),
  // Decimals become floating point.
  ...([DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE, DuckDBTypeId.DECIMAL] as const).map((id) => [id, 'float'] as const),
  [DuckDBTypeId.DATE, 'date'],
  ...([DuckDBTypeId.TIMESTAMP, DuckDBTypeId.TIMESTAMP_S, DuckDBTypeId.TIMESTAMP_MS, DuckDBTypeId.TIMESTAMP_NS, DuckDBTypeId.TIMESTAMP_TZ] as const).map((id) => [id, 'timestamp'] as const),
  [DuckDBTypeId.ENUM, 'enum'],
  [DuckDBTypeId.BLOB, 'blob'],
  ...([DuckDBTypeId.LIST, DuckDBTypeId.ARRAY, DuckDBTypeId.MAP, DuckDBTypeId.UNION] as const).map((id) => [id, 'json'] as const),
  ...([DuckDBTypeId.TIME, DuckDBTypeId.TIME_TZ, DuckDBTypeId.INTERVAL, DuckDBTypeId.UUID] as const).map((id) => [id, 'other'] as const),
]);
