/** assay diff: what changed between two versions, and what that does to a model. */
import type { Command } from 'commander';
import type { Cell } from '../../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../../shared/domain/datasets.ts';
import { columnChanges, describeDiff } from '../../../shared/domain/version-diff-words.ts';
import type { ColumnChange, DiffRow, DiffSpec, ModelEffect, VersionDiff } from '../../../shared/domain/version-diff.ts';
import { fail } from '../../../shared/errors.ts';
import type { AppContext } from '../../app/context.ts';
import { labelOf } from '../../app/drift.ts';
import { diffVersions, readDiffRows, shiftOf, startEffect } from '../../app/version-diff.ts';
import { findDataset, findModel, findVersion } from '../find.ts';
import { command, outputOf, sessionOf, toList, toNumber, type CommonOptions } from '../options.ts';
import { counted, number, printResult, table } from '../print.ts';
import { withProject } from '../session.ts';

interface DiffOptions extends CommonOptions {
  readonly from?: number;
  readonly to?: number;
  readonly key?: string[];
  readonly content?: boolean;
  readonly model?: string;
  readonly rows: number;
}

const mostRows = 200;

export function diffCommand(program: Command): void {
  command(program, 'diff <dataset> [other]', 'Say what changed between two versions of a dataset, or between two datasets (name, or name@version)')
    .option('--from <n>', 'the older version; by default the one before the newer', toNumber)
    .option('--to <n>', 'the newer version; by default the latest', toNumber)
    .option('--key <columns>', 'columns that tell which rows are the same, comma-separated; by default a column or pair that is unique in both', toList)
    .option('--content', 'match rows by their whole content, not by a key')
    .option('--model <model>', 'say which predictions of this model change')
    .option('--rows <n>', `how many of the rows that differ to show, at most ${mostRows}`, toNumber, 10)
    .action((reference: string, other: string | undefined, options: DiffOptions) => withProject(sessionOf(options), async (context) => {
      if (options.content && options.key) throw fail('cli/usage', { message: 'Give either --key or --content.' });
      if (!Number.isInteger(options.rows) || options.rows < 1 || options.rows > mostRows) throw fail('cli/usage', { message: `--rows needs a whole number from 1 to ${mostRows}.` });
      const [before, after] = versionsOf(context, reference, other, options);
      const spec: DiffSpec = { before: before.id, after: after.id, key: options.content ? [] : options.key ?? null };
      const diff = await diffVersions(context, spec);
      const { rows } = await readDiffRows(context, spec, { change: null, column: null, isBySize: false, places: null, offset: 0, limit: options.rows });
      const shift = await shiftOf(context, spec);
      const effect = options.model === undefined ? null : await startEffect(context, { spec, modelId: findModel(context, options.model).id }).finished;
      const labels = { before: labelOf(context, before.id), after: labelOf(context, after.id) };
      printResult(outputOf(options), { ...labels, sentence: describeDiff(diff), diff, shift, rows, effect }, () => [
        `${labels.before} to ${labels.after}: ${describeDiff(diff)}`,
        matchSentence(diff),
        ...schemaLines(diff.columns),
        ...changedColumns(diff, shift.columns.map(({ column, drifted, sentence }) => ({ column, drifted, sentence }))),
        ...(rows.length === 0 ? [] : ['', rowsTable(diff, rows)]),
        ...(effect ? ['', ...effectLines(effect, options.rows)] : []),
      ].join('\n'));
    }));
}

/** @throws AppError cli/usage */
function versionsOf(context: AppContext, reference: string, other: string | undefined, { from, to }: DiffOptions): [DatasetVersion, DatasetVersion] {
  if (other !== undefined) {
    if (from !== undefined || to !== undefined) throw fail('cli/usage', { message: 'Give either a second dataset or --from and --to; a version of a dataset is written NAME@N.' });
    return [findVersion(context, reference).version, findVersion(context, other).version];
  }
  const { name, versions } = findDataset(context, reference);
  const numbered = (wanted: number): DatasetVersion => {
    const found = versions.find(({ number: each }) => each === wanted);
    if (!found) throw fail('cli/usage', { message: `${name} has no version ${wanted}.` });
    return found;
  };
  const after = to === undefined ? versions.at(-1) : numbered(to);
  const before = from === undefined ? versions[versions.findIndex((each) => each === after) - 1] : numbered(from);
  if (!after || !before) throw fail('cli/usage', { message: `${name} has no version before version ${after?.number ?? 1}; choose one with --from.` });
  return [before, after];
}

function matchSentence({ match, rows, rowCounts }: VersionDiff): string {
  const how = match.kind === 'key' ? `Rows are matched by ${match.columns.join(', ')}${match.isSuggested ? ', which is unique in both' : ''}` : `Rows are matched by their content. ${match.reason.replace(/\.$/, '')}`;
  return `${how}. ${number(rows.unchanged)} of ${number(rowCounts.before)} and ${counted(rowCounts.after, 'row')} are unchanged.`;
}

function schemaLines(columns: readonly ColumnChange[]): string[] {
  const { added, removed, renamed, retyped } = columnChanges(columns);
  const changeOf = (name: string): ColumnChange | undefined => columns.find(({ after }) => after?.name === name);
  return [
    ...(added.length > 0 ? [`Columns added: ${added.join(', ')}`] : []), ...(removed.length > 0 ? [`Columns removed: ${removed.join(', ')}`] : []),
    ...renamed.map((name) => `Renamed: ${changeOf(name)?.before?.name ?? ''} to ${name}`),
    ...retyped.map((name) => `Another type: ${name} from ${changeOf(name)?.before?.type ?? ''} to ${changeOf(name)?.after?.type ?? ''}`),
  ];
}

function changedColumns({ columns }: VersionDiff, shifts: readonly { column: string; drifted: boolean; sentence: string }[]): string[] {
  const shiftOfColumn = new Map(shifts.map((each) => [each.column, each]));
  const shown = columns.filter(({ after, changedCount }) => after !== null && (changedCount > 0 || shiftOfColumn.get(after.name)?.drifted === true));
  if (shown.length === 0) return [];
  return ['', table(['Column', 'Changed', 'Distribution'], shown.map(({ after, changedCount }) => [after?.name ?? '', changedCount, shiftOfColumn.get(after?.name ?? '')?.sentence ?? '']))];
}

/** The key, or else the first columns, and each changed cell as "column: old -> new". */
function rowsTable({ columns, match }: VersionDiff, rows: readonly DiffRow[]): string {
  const shown = columns.flatMap((column, place) => (match.kind === 'key' ? column.isKey : place < 4) ? [place] : []);
  const nameOf = (place: number): string => columns[place]?.after?.name ?? columns[place]?.before?.name ?? '';
  return table(['Change', ...shown.map(nameOf), 'Cells'], rows.map((row) => [
    row.change, ...shown.map((place) => textOf((row.after ?? row.before)?.[place])),
    row.changed.map((place) => `${nameOf(place)}: ${textOf(row.before?.[place])} -> ${textOf(row.after?.[place])}`).join(', '),
  ]));
}

function effectLines({ target, rowCount, changedCount, test, matrix, numbers, key, rows }: ModelEffect, limit: number): string[] {
  return [
    `Predictions of ${target}: ${number(changedCount)} of ${counted(rowCount, 'row')} that both versions have change.`,
    ...(test ? [`Of the ${counted(test.rowCount, 'row')} that the model was tested on, ${number(test.changedCount)} change.`] : []),
    ...(numbers ? [`The mean moves from ${number(numbers.meanBefore)} to ${number(numbers.meanAfter)}; a prediction moves by ${number(numbers.meanChange)} on average, by ${number(numbers.largestChange)} at most.`] : []),
    ...(matrix && changedCount > 0 ? [table(['Before \\ after', ...matrix.classes], matrix.classes.map((name, index) => [name, ...(matrix.counts[index] ?? [])]))] : []),
    ...(rows.length === 0 ? [] : ['', table([...key, 'Before', 'After'], rows.slice(0, limit).map((row) => [...row.key.map(textOf), textOf(row.before), textOf(row.after)]))]),
  ];
}

function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return 'missing';
  return typeof cell === 'number' ? number(cell) : String(cell);
}
