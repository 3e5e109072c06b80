/** What the user has decided about a file before its import, and whether it can be imported like that. Pure. */
import type { ColumnRole } from '../../shared/domain/column-notes.ts';
import { columnTypes, type ColumnType } from '../../shared/domain/columns.ts';
import { patternOf, type ColumnOrigin, type FileFormat, type ImportPlan, type Sniff } from '../../shared/domain/datasets.ts';
import type { KnownType } from '../ui/column-icon.tsx';

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
  /** What is said of it besides its type: a role, an order of its categories. */
  readonly role?: ColumnRole;
  readonly order?: readonly string[];
  /** What the reader proposed of that, and the categories it saw. */
  readonly sniffedRole?: ColumnRole;
  readonly sniffedOrder?: readonly string[];
  readonly categories?: readonly string[];
}

export function chosenType({ type, role, order }: Pick<DraftColumn, 'type' | 'role' | 'order'>): KnownType {
  return role === 'id' ? 'id' : order !== undefined && type === 'category' ? 'ordered' : type;
}

/** The type that the reader proposed, as people choose it. */
export function sniffedChoice({ sniffedType: type, sniffedRole: role, sniffedOrder: order }: DraftColumn): KnownType {
  return chosenType({ type, ...(role && { role }), ...(order && { order }) });
}

/** The types that a column can be given. Images are bytes: they are no values of another type, and nothing else is an image. */
export function typeChoices({ sniffedType, categories }: DraftColumn): KnownType[] {
  if (sniffedType === 'image') return ['image'];
  return [...columnTypes.filter((type) => type !== 'image'), ...(categories !== undefined && categories.length > 1 ? ['ordered' as const] : []), 'id'];
}

/** The column with another type. An id keeps whole numbers as they are, and every other value as its text. */
export function withType({ role: _role, order: _order, ...column }: DraftColumn, choice: KnownType): DraftColumn {
  if (choice === 'id') return { ...column, type: column.sniffedType === 'integer' ? 'integer' : 'text', role: 'id' };
  if (choice === 'ordered') return { ...column, type: 'category', order: column.sniffedOrder ?? column.categories ?? [] };
  return { ...column, type: choice, ...(column.sniffedRole !== undefined && column.sniffedRole !== 'id' ? { role: column.sniffedRole } : {}) };
}

/** All columns of the file with the reader's types; all are included but the path of the file, which several files have. */
export function draftColumns(sniff: Sniff): DraftColumn[] {
  return sniff.columns.map(({ sourceName, type, reason, origin, role, order, categories }) => ({
    sourceName, type, reason, name: sourceName, sniffedType: type, isIncluded: origin !== 'path', origin,
    ...(role && { role, sniffedRole: role }), ...(order && { order, sniffedOrder: order }), ...(categories && { categories }),
  }));
}

/** The columns of a file that was read again: what the user decided stays with the columns that have kept their name. */
export function redraft(sniff: Sniff, before: readonly DraftColumn[]): DraftColumn[] {
  const known = new Map(before.map((column) => [column.sourceName, column]));
  return draftColumns(sniff).map((column) => {
    const decided = known.get(column.sourceName);
    if (decided === undefined) return column;
    const choice = chosenType(decided);
    const typed = choice === sniffedChoice(decided) || !typeChoices(column).includes(choice) ? column : withType(column, choice);
    return { ...typed, name: decided.name, isIncluded: decided.isIncluded, ...(decided.pattern === undefined ? {} : { pattern: decided.pattern }) };
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
    columns: columns.filter((column) => column.isIncluded).map(({ sourceName, name, type, pattern, origin, role, order }) => {
      const known = found.get(sourceName);
      const shown = known === undefined ? {} : patternOf(sniff, known, type);
      return {
        sourceName, name: name.trim(), type, ...(origin === undefined ? {} : { origin }),
        ...(pattern === undefined || (type !== 'date' && type !== 'timestamp') ? shown : { pattern }),
        ...(role === undefined ? {} : { role }), ...(order === undefined ? {} : { order: [...order] }),
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
