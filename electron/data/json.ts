/**
 * JSON and JSON lines as a DuckDB source. The reader finds the columns by itself; where it would spell a value anew, or
 * round it, the column is read again as it is written.
 */
import { DuckDBListType, DuckDBStructType, DuckDBTypeId, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import type { Session } from './duck.ts';
import { nameKey } from './records.ts';
import { exactPath, identifier, literal } from './sql.ts';

/** The reader's FROM clause for `path`. Throws what DuckDB throws for a file that is no JSON. */
export async function jsonFrom(session: Session, path: string): Promise<string> {
  const asFound = readJson(path, null);
  const result = await session.connection.run(`SELECT * FROM ${asFound} LIMIT 0`);
  const found = result.columnNames().map((name, index) => ({ name, type: result.columnType(index) }));
  // A name that the reader made, because two differ only in case, is not in the file: nothing can be read by it.
  const names = new Set(found.map(({ name }) => nameKey(name)));
  if (found.some(({ name }) => names.has(nameKey(name.replace(/_\d+$/, ''))) && /_\d+$/.test(name))) return asFound;
  const rounded = await roundedColumns(session, path, found.filter(({ type }) => type.typeId === DuckDBTypeId.DOUBLE).map(({ name }) => name));
  const isExact = rounded.size === 0 && found.every(({ type }) => sqlOf(type, asFoundText) === sqlOf(type, 'VARCHAR'));
  return isExact ? asFound : readJson(path, found.map(({ name, type }) => ({ name, type: rounded.has(name) ? 'JSON' : sqlOf(type, 'VARCHAR') })));
}

/** Stands for a type that spells texts anew. */
const asFoundText = '?';

/** The type as SQL, with `text` where a text looks like a UUID or a time of day, also within lists and objects. */
function sqlOf(type: DuckDBType, text: string): string {
  if (type instanceof DuckDBListType) return `${sqlOf(type.valueType, text)}[]`;
  if (type instanceof DuckDBStructType) return `STRUCT(${type.entryNames.map((name, index) => `${identifier(name)} ${sqlOf(type.entryTypes[index] ?? VARCHAR, text)}`).join(', ')})`;
  if (type.typeId === DuckDBTypeId.UUID || type.typeId === DuckDBTypeId.TIME) return text;
  // Values of several kinds are a VARCHAR with this alias.
  return type.alias ?? type.toString();
}

/** Those of the columns of fractions in which a whole number stands that has more than 64 bits. */
async function roundedColumns(session: Session, path: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const raw = readJson(path, names.map((name) => ({ name, type: 'JSON' })));
  const columns = names.map((_, index) => `c${index}`);
  const [row = []] = await session.rows(`SELECT ${columns.map((x) => `count_if(regexp_full_match(CAST(${x} AS VARCHAR), '-?[0-9]{20,}'))`).join(', ')} FROM ${raw} t(${columns.join(', ')})`);
  return new Set(names.filter((_, index) => Number(row[index]) > 0));
}

/**
 * All lines are looked at for the schema, because a field that appears first in a late line would
 * otherwise be dropped without a word. An array of objects is read like lines of objects.
 */
function readJson(path: string, columns: readonly { readonly name: string; readonly type: string }[] | null): string {
  const settings = [
    `format = 'auto', maximum_depth = -1, sample_size = -1, map_inference_threshold = -1, field_appearance_threshold = 0, compression = 'uncompressed'`,
    ...(columns === null ? [] : [`columns = {${columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`).join(', ')}}`]),
  ];
  return `read_json(${literal(exactPath(path))}, ${settings.join(', ')})`;
}
