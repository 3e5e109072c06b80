/**
 * What a target looks like, and what may give it away: columns that equal, determine or almost follow it, columns that
 * name each row, and rows that the part to test on shares with the part to learn from.
 */
import { isNumberType } from '../../shared/domain/column-data.ts';
import type { ColumnNote, ColumnRole } from '../../shared/domain/column-notes.ts';
import { noteOf } from '../../shared/domain/column-notes.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { ClassBalance, LeakageHint, TargetReport } from '../../shared/domain/relations.ts';
import { fail } from '../../shared/errors.ts';
import { evenness } from '../../shared/math/association.ts';
import { cellSql } from './cells.ts';
import type { Duck, Session } from './duck.ts';
import { hintOf } from './leakage.ts';
import { describeParquet, pickColumns, type ParquetTable } from './parquet.ts';
import { chooseColumns, levelLimit, prepare } from './relations.ts';
import { sharedRows } from './repeated-rows.ts';
import { readSample } from './sample-rows.ts';

export interface TargetOptions {
  readonly path: string;
  /** What the dataset is called in errors. */
  readonly dataset: string;
  readonly target: string;
  /** Of all columns of the table. */
  readonly profile: readonly ColumnProfile[];
  readonly notes: readonly ColumnNote[];
  readonly signal?: AbortSignal | undefined;
}

/** Numbers with at most so many values are classes, as where training is suggested. */
const mostNumberClasses = 50;
const shownClasses = 50;
/** Fewer rows than this are distinct, or agree, by chance. */
const fewestRows = 20;
/** Columns of these roles are no input of a model. */
const noInputs: readonly (ColumnRole | null)[] = ['id', 'ignore', 'split', 'weight'];

type Picked = ParquetTable['columns'][number];

/** @throws AppError data/unknown-column, data/malformed, job/cancelled */
export async function reportTarget(duck: Duck, options: TargetOptions): Promise<TargetReport> {
  const { path, dataset, target, notes, profile, signal } = options;
  return await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const [column] = pickColumns(table, [target], dataset);
    const about = profile.find(({ name }) => name === target);
    if (!column || !about) throw fail('data/unknown-column', { column: target, dataset, columns: profile.map(({ name }) => name).join(', ') });
    const balance = isClass(about) ? await countClasses(session, table, column) : null;
    const inputs = profile.filter(({ name }) => name !== target && !noInputs.includes(noteOf(notes, name)?.role ?? null));
    // Nothing follows what is constant, or a name of things.
    const compared = chooseColumns([about]).compared.length === 1 ? [target, ...chooseColumns(inputs).compared] : [];
    const { seenRowCount, columns } = await readSample(session, table, pickColumns(table, compared, dataset));
    const [aim, ...features] = columns.map(prepare);
    const hints = aim ? features.flatMap((feature) => hintOf(feature, aim, fewestRows) ?? []) : [];
    const split = notes.find(({ role, column: name }) => role === 'split' && name !== target)?.column;
    const shared = split === undefined ? [] : await sharedHints(session, table, { split, target, profile, inputs });
    return { rowCount: table.rowCount, seenRowCount, target, balance, hints: [...hints.toSorted((a, b) => b.strength - a.strength), ...shared, ...identifiers(inputs)] };
  });
}

function isClass({ type, distinctCount }: ColumnProfile): boolean {
  return type !== 'image' && distinctCount <= (isNumberType(type) ? mostNumberClasses : levelLimit);
}

async function countClasses(session: Session, table: ParquetTable, { x, type }: Picked): Promise<ClassBalance | null> {
  const shown = cellSql('v', type === 'date' || type === 'timestamp' ? type : 'text');
  const rows = await session.rows(`SELECT ${shown}, times FROM (SELECT ${x} AS v, count(*) AS times FROM ${table.from} WHERE ${x} IS NOT NULL GROUP BY v) ORDER BY times DESC, v`);
  const classes = rows.map(([value, times]) => ({ value: String(value), count: Number(times) }));
  const [most, rarest] = [classes[0], classes.at(-1)];
  if (!most || !rarest) return null;
  const counts = classes.map(({ count }) => count);
  return {
    classCount: classes.length, missingCount: table.rowCount - counts.reduce((sum, count) => sum + count, 0), classes: classes.slice(0, shownClasses),
    rarestCount: rarest.count, imbalance: most.count / rarest.count, evenness: evenness(counts),
  };
}

/** Columns with another value in every row: a model learns the rows by heart with them. */
function identifiers(inputs: readonly ColumnProfile[]): LeakageHint[] {
  return inputs.filter((column) => column.distinctIsExact && column.distinctCount === column.rowCount && column.rowCount > fewestRows && namesRows(column)).map(({ name, rowCount }) => ({
    kind: 'identifier', column: name, strength: 1,
    reason: `It is another value in each of the ${rowCount.toLocaleString('en')} rows: it names rows, and says nothing of new ones.`,
  }));
}

/** Texts that are all different do, and numbers that only count; other numbers may well be all different. */
function namesRows({ type, numeric, rowCount }: ColumnProfile): boolean {
  if (type === 'integer') return numeric !== null && numeric.max - numeric.min === rowCount - 1;
  return !isNumberType(type) && type !== 'image';
}

interface Parts { readonly split: string; readonly target: string; readonly profile: readonly ColumnProfile[]; readonly inputs: readonly ColumnProfile[]; }

/** What the parts of the split column share, by the inputs and the target together. */
async function sharedHints(session: Session, table: ParquetTable, { split, target, profile, inputs }: Parts): Promise<LeakageHint[]> {
  const values = profile.find(({ name }) => name === split)?.topValues ?? [];
  const learned = (values.find(({ value }) => /^train(ing)?$/i.test(value.trim())) ?? values[0])?.value;
  const [column] = table.columns.filter(({ name }) => name === split);
  if (learned === undefined || !column || values.length < 2) return [];
  const columns = table.columns.filter(({ name }) => name === target || inputs.some((input) => input.name === name));
  const parts = await sharedRows(session, table, columns, { split: column, learned });
  return parts.filter(({ sharedCount }) => sharedCount > 0).map(({ part, rowCount, sharedCount }): LeakageHint => ({
    kind: 'shared-rows', column: split, strength: sharedCount / rowCount,
    reason: `${sharedCount.toLocaleString('en')} of the ${rowCount.toLocaleString('en')} rows of “${part}” are in “${learned}” too, the same in ${columns.length.toLocaleString('en')} columns: what is measured on them is no test.`,
  }));
}
