/**
 * Rows as CSV, TSV or JSON lines, written by DuckDB. A missing value of a text table is an empty field or the word that was
 * chosen, an empty text is always ""; in JSON it is null. Texts that a spreadsheet would run get a ' in front. Images are
 * base64.
 */
import type { Column, ColumnType } from '../../shared/domain/columns.ts';
import { delimiterOf, type ExportSettings } from '../../shared/domain/dataset-export.ts';
import type { Session } from './duck.ts';
import { storedType } from './fields.ts';
import type { ParquetTable } from './parquet.ts';
import { identifier, literal } from './sql.ts';

/**
 * With what a formula begins: = + - @, tab, carriage return and line feed, and the wide forms of the four.
 * OWASP, "CSV Injection" (owasp.org/www-community/attacks/CSV_Injection).
 */
const formulaStarts = '=+-@\t\r\n\uff1d\uff0b\uff0d\uff20';

type TableColumn = ParquetTable['columns'][number];

/** Writes the file and returns how many cells and names were guarded. */
export async function writeText(session: Session, { columns, from }: ParquetTable, outPath: string, settings: Pick<ExportSettings, 'format' | 'layout'>): Promise<number> {
  const { hasHeader, isFormulaSafe, missing } = settings.layout;
  const guardedCount = isFormulaSafe ? await countFormulas(session, columns, from) : 0;
  const names = columns.map(({ name }) => (isFormulaSafe && isFormula(name) ? `'${name}` : name));
  const cells = columns.map((column, index) => {
    const text = textCell(column, settings.layout);
    // An empty line would be no row: alone in its row, even a missing value is written as "".
    return `${columns.length === 1 && missing === '' ? `coalesce(CAST(${text} AS VARCHAR), '')` : text} AS ${identifier(names[index] ?? '')}`;
  });
  await session.run(`COPY (SELECT ${cells.join(', ')} FROM ${from}) TO ${literal(outPath)} (FORMAT csv, HEADER ${hasHeader}, DELIMITER ${literal(delimiterOf(settings))}, QUOTE '"', ESCAPE '"', NULLSTR ${literal(missing)}, USE_TMP_FILE false)`);
  return guardedCount + (hasHeader && isFormulaSafe ? columns.filter(({ name }) => isFormula(name)).length : 0);
}

/** Writes one object a line. JSON has no NaN and no infinity: these become texts, which the importer reads as numbers again. */
export async function writeJsonLines(session: Session, { columns, from }: ParquetTable, outPath: string): Promise<void> {
  const odd = await columnsWithNonFinite(session, columns, from);
  const values = columns.map((column) => {
    const { stored: x, name, type } = column;
    if (odd.has(name)) return `CASE WHEN isfinite(${x}) THEN to_json(${x}) ELSE to_json(CAST(${x} AS VARCHAR)) END AS ${identifier(name)}`;
    return `${jsonValue(x, type)} AS ${identifier(name)}`;
  });
  await session.run(`COPY (SELECT ${values.join(', ')} FROM ${from}) TO ${literal(outPath)} (FORMAT json, USE_TMP_FILE false)`);
}

function textCell({ stored: x, type }: TableColumn, { decimal, isFormulaSafe }: ExportSettings['layout']): string {
  switch (storedType[type]) {
    case 'VARCHAR': return isFormulaSafe ? `CASE WHEN ${isFormulaSql(x)} THEN '''' || ${x} ELSE ${x} END` : x;
    case 'DOUBLE': return decimal === '.' ? x : `replace(CAST(${x} AS VARCHAR), '.', ',')`;
    case 'BLOB': return `to_base64(${x})`;
    default: return `CAST(${x} AS VARCHAR)`;
  }
}

function jsonValue(x: string, type: ColumnType): string {
  switch (storedType[type]) {
    case 'TIMESTAMP': return `replace(CAST(${x} AS VARCHAR), ' ', 'T')`;
    case 'BLOB': return `to_base64(${x})`;
    default: return x;
  }
}

function isFormulaSql(x: string): string {
  return `${x} <> '' AND contains(${literal(formulaStarts)}, substr(${x}, 1, 1))`;
}

function isFormula(name: string): boolean {
  return name !== '' && formulaStarts.includes(name.charAt(0));
}

async function countFormulas(session: Session, columns: readonly TableColumn[], from: string): Promise<number> {
  const tests = columns.filter(isText).map(({ x }) => `count(*) FILTER (WHERE ${isFormulaSql(x)})`);
  if (tests.length === 0) return 0;
  const [row] = await session.rows(`SELECT ${tests.join(', ')} FROM ${from}`);
  return (row ?? []).reduce<number>((sum, count) => sum + Number(count), 0);
}

async function columnsWithNonFinite(session: Session, columns: readonly TableColumn[], from: string): Promise<ReadonlySet<string>> {
  const numbers = columns.filter(({ type }) => storedType[type] === 'DOUBLE');
  if (numbers.length === 0) return new Set();
  const [row] = await session.rows(`SELECT ${numbers.map(({ x }) => `coalesce(bool_or(NOT isfinite(${x})), false)`).join(', ')} FROM ${from}`);
  return new Set(numbers.filter((_, index) => row?.[index] === true).map(({ name }) => name));
}

function isText({ type }: Column): boolean {
  return storedType[type] === 'VARCHAR';
}
