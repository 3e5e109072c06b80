/** assay sql: query the datasets, print the rows, save them as a dataset. */
import type { Command } from 'commander';
import type { Cell } from '../../../shared/domain/columns.ts';
import { QueryText, storedView, usualRowLimit, type QueryResult } from '../../../shared/domain/query.ts';
import { fail } from '../../../shared/errors.ts';
import type { AppContext } from '../../app/context.ts';
import { getDataset, listDatasets } from '../../app/datasets.ts';
import { resultTable, startQuery } from '../../app/queries.ts';
import { rowsOfTable } from '../../app/rows.ts';
import { saveUnderPolicies } from '../../app/under-policies.ts';
import { command, nameFrom, outputOf, sessionOf, toNumber, type CommonOptions } from '../options.ts';
import { counted, printResult, printWarnings, table } from '../print.ts';
import { withProject } from '../session.ts';
import { readText } from '../text-input.ts';

interface QueryOptions extends CommonOptions {
  readonly csv?: boolean;
  readonly limit: number;
  readonly save?: string;
  readonly override?: string;
}

/** Rows that are asked for at once. */
const windowRows = 1000;

export function queryCommands(program: Command): void {
  command(program, 'sql <query>', 'Query the datasets with SQL: a name is its latest version, "NAME@2" its second; "-" reads the query from standard input')
    .option('--csv', 'print the rows as CSV')
    .option('--limit <n>', 'print at most so many rows', toNumber, 100)
    .option('--save <name>', 'save all rows as a dataset, or as a new version of the one that has this name')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .action((given: string, options: QueryOptions) => withProject(sessionOf(options), async (context) => {
      const sql = textOf(given === '-' ? await readText('-') : given);
      if (!Number.isInteger(options.limit) || options.limit < 1) throw fail('cli/usage', { message: '--limit needs a whole number of rows, 1 or more.' });
      const result = await startQuery(context, { sql, rowLimit: options.save === undefined ? Math.min(usualRowLimit, options.limit) : usualRowLimit }).finished;
      const rows = await firstRows(context, result, options.limit);
      const saved = options.save === undefined ? null : await save(context, result, nameFrom(options.save), options.override ?? null);
      if (options.csv) return void process.stdout.write(toCsv([result.columns.map(({ name }) => name), ...rows]));
      printResult(outputOf(options), { ...result, rows, ...(saved && { saved }) }, () => [
        table(result.columns.map(({ name }) => name), rows.map((row) => row.map((cell, index) => (cell !== null && result.columns[index]?.type === 'image' ? 'image' : typeof cell === 'boolean' ? String(cell) : cell)))),
        result.isAtLimit || rows.length < result.rowCount ? `The first ${counted(rows.length, 'row')}` : counted(rows.length, 'row'),
        ...(result.leftOut.length > 0 ? [`Left out, because no table holds their type: ${result.leftOut.join(', ')}`] : []),
        ...(saved ? [saved.isNew ? `Saved as ${saved.dataset} v${saved.version}` : `${saved.dataset} v${saved.version} has these rows already`] : []),
      ].join('\n'));
    }));
}

function textOf(given: string): string {
  const parsed = QueryText.safeParse(given);
  if (!parsed.success) throw fail('cli/usage', { message: `This is no query: ${parsed.error.issues[0]?.message ?? ''}.` });
  return parsed.data;
}

async function firstRows(context: AppContext, { resultId, rowCount }: QueryResult, limit: number): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  const wanted = Math.min(limit, rowCount);
  while (rows.length < wanted) {
    const window = await rowsOfTable(context, resultTable(context, resultId), { view: storedView, offset: rows.length, limit: Math.min(windowRows, wanted - rows.length) });
    rows.push(...window.rows);
  }
  return rows;
}

async function save(context: AppContext, { resultId }: QueryResult, name: string, reason: string | null): Promise<{ dataset: string; version: number; isNew: boolean }> {
  const datasetId = listDatasets(context).findLast((one) => one.name === name)?.id ?? null;
  const { warnings, datasetId: savedId, finished } = await saveUnderPolicies(context, { resultId, name, datasetId }, reason);
  printWarnings(warnings);
  const { versionId, isNew } = await finished;
  const dataset = getDataset(context, savedId);
  return { dataset: dataset.name, version: dataset.versions.find(({ id }) => id === versionId)?.number ?? 0, isNew };
}

/** RFC 4180, with a line feed at the ends of lines; a missing value is an empty field, an empty text is quoted. */
function toCsv(rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => {
    if (cell === null) return '';
    const text = String(cell);
    return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${rows.map((row) => row.map(field).join(',')).join('\n')}\n`;
}
