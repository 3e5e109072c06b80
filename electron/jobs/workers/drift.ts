/** The drift task: reads the columns that both sides have, cuts one table where asked, and compares. */
import { rowCountOf, type ColumnData } from '../../../shared/domain/column-data.ts';
import { fail } from '../../../shared/errors.ts';
import { cutBy } from '../../../shared/math/drift-cut.ts';
import { compareWindows, joinComparisons, type DataWindow, type WindowComparison } from '../../../shared/math/drift-report.ts';
import { readColumns, readColumnSteps } from '../../data/matrix.ts';
import type { Duck } from '../../data/duck.ts';
import { ComparisonThread } from './comparison-thread.ts';
import type { TaskContext } from '../serve-worker.ts';
import type { DriftTaskInput, DriftTaskOutput, TableFile } from '../tasks.ts';

export async function driftTask(duck: Duck, input: DriftTaskInput, context: TaskContext): Promise<DriftTaskOutput> {
  if (!input.cut) return twoTables(duck, input, context);
  const { reference, windows, referenceLabel } = await cutTable(duck, input, input.cut, context.signal);
  const onProgress = (done: number, total: number): void => context.report({ done, total, unit: 'columns', step: 'Comparing' });
  return { referenceLabel, referenceRowCount: rowsOf(reference), ...compareWindows(reference, windows, { onProgress }) };
}

/** Compares some columns while the next are read: half the time, and memory for a few columns only. */
async function twoTables(duck: Duck, { reference, current, currentLabel, columns, renamed = [] }: DriftTaskInput, { report, signal }: TaskContext): Promise<DriftTaskOutput> {
  if (!current) throw new Error('two tables need a current one');
  const typeOf = new Map(current.columns.map(({ name, type }) => [name, type]));
  const newNames = new Map(renamed.map(({ before, after }) => [before, after]));
  const pairs = chosen(reference, columns).map((before) => ({ before, after: newNames.get(before) ?? before })).filter(({ after }) => typeOf.has(after));
  const names = pairs.map(({ after }) => after);
  if (names.length === 0) throw fail('drift/no-common-columns');
  const parts: WindowComparison[] = [];
  let doneCount = 0;
  let referenceRowCount = 0;
  const thread = new ComparisonThread();
  try {
    const tables = [{ path: reference.path, columns: pairs.map(({ before }) => before) }, { path: current.path, columns: names }];
    await readColumnSteps(duck, { tables, signal }, async ([older = [], now = []]) => {
      const before = older.map((column, index) => ({ ...column, name: now[index]?.name ?? column.name }));
      referenceRowCount = rowsOf(before);
      doneCount += before.length;
      parts.push(await thread.compare(before, [{ label: currentLabel, columns: now }]));
      report({ done: doneCount, total: names.length, unit: 'columns', step: 'Comparing' });
    });
  } finally {
    await thread.close();
  }
  return { referenceLabel: '', referenceRowCount, ...joinComparisons(parts) };
}

interface Sides {
  readonly referenceLabel: string;
  readonly reference: readonly ColumnData[];
  readonly windows: readonly DataWindow[];
}

async function cutTable(
  duck: Duck, { reference: table, columns }: DriftTaskInput, cut: NonNullable<DriftTaskInput['cut']>, signal: AbortSignal,
): Promise<Sides> {
  const names = new Set([...chosen(table, columns), cut.column]);
  const { windows } = cutBy(await readColumns(duck, { path: table.path, columns: [...names], signal }), cut.column, cut.period);
  const first = windows.slice(0, cut.referenceWindows);
  const rest = windows.slice(cut.referenceWindows);
  if (rest.length === 0) {
    throw fail('drift/cannot-cut', { column: cut.column, reason: `${windows.length} windows are left, and ${cut.referenceWindows} are the reference.` });
  }
  const [from, to] = [first[0]?.label ?? '', first.at(-1)?.label ?? ''];
  return { referenceLabel: from === to ? from : `${from} to ${to}`, reference: join(first), windows: rest };
}

function rowsOf([first]: readonly ColumnData[]): number {
  return first ? rowCountOf(first) : 0;
}

/** The columns asked for, or all but images, which have no distribution. @throws AppError data/unknown-column */
function chosen({ columns }: TableFile, asked: readonly string[] | null): readonly string[] {
  const names = columns.map(({ name }) => name);
  const unknown = asked?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw fail('data/unknown-column', { column: unknown, dataset: 'the reference', columns: names.join(', ') });
  return asked ?? columns.filter(({ type }) => type !== 'image').map(({ name }) => name);
}

/** The windows one after the other as one table; all have the same columns and labels. */
function join(windows: readonly DataWindow[]): ColumnData[] {
  return (windows[0]?.columns ?? []).map((column, index) => {
    const parts = windows.map((window) => window.columns[index]).filter((part) => part !== undefined);
    if (column.kind === 'number') {
      const values = new Float64Array(parts.reduce((sum, part) => sum + rowCountOf(part), 0));
      let offset = 0;
      for (const part of parts) {
        if (part.kind === 'number') values.set(part.values, offset);
        offset += rowCountOf(part);
      }
      return { ...column, values };
    }
    const codes = new Int32Array(parts.reduce((sum, part) => sum + rowCountOf(part), 0));
    let offset = 0;
    for (const part of parts) {
      if (part.kind === 'category') codes.set(part.codes, offset);
      offset += rowCountOf(part);
    }
    return { ...column, codes };
  });
}
