/** What the user has decided about a file before its import, and whether it can be imported like that. Pure. */
import type { ColumnType } from '../../shared/domain/columns.ts';
import { patternOf, type ColumnOrigin, type FileFormat, type ImportPlan, type Sniff } from '../../shared/domain/datasets.ts';

export interface DraftColumn {
  readonly sourceName: string;
  readonly name: string;
  readonly type: ColumnType;
  /** The type the reader proposed, and why. */
  readonly sniffedType: ColumnType;
  readonly reason: string;
  /** How its dates are written, where the user said so; null for ISO 8601. */
  readonly pattern?: string | null | undefined;
  readonly isIncluded: boolean;
  readonly origin?: ColumnOrigin | undefined;
}

/** All columns of the file with the reader's types; all are included but the path of the file, which several files have. */
export function draftColumns(sniff: Sniff): DraftColumn[] {
  return sniff.columns.map(({ sourceName, type, reason, origin }) => ({ sourceName, type, reason, name: sourceName, sniffedType: type, isIncluded: origin !== 'path', origin }));
}

/** The columns of a file that was read again: what the user decided stays with the columns that have kept their name. */
export function redraft(sniff: Sniff, before: readonly DraftColumn[]): DraftColumn[] {
  const known = new Map(before.map((column) => [column.sourceName, column]));
  return draftColumns(sniff).map((column) => {
    const decided = known.get(column.sourceName);
    if (decided === undefined) return column;
    const type = decided.type === decided.sniffedType ? column.type : decided.type;
    return { ...column, type, name: decided.name, isIncluded: decided.isIncluded, ...(decided.pattern === undefined ? {} : { pattern: decided.pattern }) };
  });
}

/** What keeps these columns from being imported: the problem of each column by its source name. */
export function columnProblems(columns: readonly DraftColumn[]): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const column of columns.filter((one) => one.isIncluded)) {
    const name = column.name.trim();
    const owner = owners.get(name.toLowerCase());
    if (name === '') problems.set(column.sourceName, 'Give the column a name.');
    else if (owner !== undefined) problems.set(column.sourceName, `"${owner}" has that name already.`);
    else owners.set(name.toLowerCase(), column.sourceName);
  }
  return problems;
}

/** Why the import cannot start, or null. */
export function importProblem(name: string, columns: readonly DraftColumn[]): string | null {
  if (name.trim() === '') return 'Give the dataset a name.';
  if (!columns.some((column) => column.isIncluded)) return 'Include at least one column.';
  const [first] = columnProblems(columns);
  return first ? `${first[0]}: ${first[1]}` : null;
}

/** The plan that the engine gets. */
export function planOf(sniff: Sniff, columns: readonly DraftColumn[]): ImportPlan {
  const found = new Map(sniff.columns.map((column) => [column.sourceName, column]));
  return {
    format: sniff.format, dialect: sniff.dialect,
    ...(sniff.table === null ? {} : { table: sniff.table }),
    columns: columns.filter((column) => column.isIncluded).map(({ sourceName, name, type, pattern, origin }) => {
      const known = found.get(sourceName);
      const shown = known === undefined ? {} : patternOf(sniff, known, type);
      return {
        sourceName, name: name.trim(), type, ...(origin === undefined ? {} : { origin }),
        ...(pattern === undefined || (type !== 'date' && type !== 'timestamp') ? shown : { pattern }),
      };
    }),
  };
}

/** The columns of an earlier version that this import would lack or change, as sentences. */
export function changesAgainst(earlier: readonly { readonly name: string; readonly type: ColumnType }[], columns: readonly DraftColumn[]): string[] {
  const included = new Map(columns.filter((column) => column.isIncluded).map((column) => [column.name.trim(), column.type]));
  const known = new Set(earlier.map((column) => column.name));
  return [
    ...earlier.flatMap(({ name, type }) => {
      const now = included.get(name);
      if (now === undefined) return [`The column "${name}" of the version before is not there.`];
      return now === type ? [] : [`The column "${name}" was ${type} in the version before and is ${now} here.`];
    }),
    ...[...included.keys()].filter((name) => !known.has(name)).map((name) => `The column "${name}" is new.`),
  ];
}

export const delimiterWords: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar', ' ': 'space' };

export const formatWords: Readonly<Record<FileFormat, string>> = { csv: 'CSV', tsv: 'TSV', parquet: 'Parquet', jsonl: 'JSON', xlsx: 'Excel workbook', sqlite: 'SQLite database', arrow: 'Arrow', images: 'Folder of images' };

export function describeDialect(sniff: Sniff): string {
  const format = formatWords[sniff.format];
  if (!sniff.dialect || sniff.format === 'xlsx') return format;
  const delimiter = delimiterWords[sniff.dialect.delimiter] ?? `"${sniff.dialect.delimiter}"`;
  return `${format}, separated by ${delimiter}, ${sniff.dialect.quote ? `quoted by ${sniff.dialect.quote}` : 'no quotes'}, ${sniff.dialect.hasHeader ? 'with a header' : 'without a header'}, ${sniff.dialect.encoding.toUpperCase()}`;
}
