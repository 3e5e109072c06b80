/** assay import: a file, a folder, several files, or the standard input. */
import type { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { columnTypes, type ColumnType } from '../../../shared/domain/columns.ts';
import { planAsFound, suggestName, type Dataset } from '../../../shared/domain/datasets.ts';
import type { FileHandle } from '../../../shared/domain/ids.ts';
import { fail, toFailure, type Failure } from '../../../shared/errors.ts';
import { grantSource, grantedSource, type AppContext } from '../../app/context.ts';
import { getDataset } from '../../app/datasets.ts';
import { keepPiped, sniffFile, surveyFiles, type ImportOutcome } from '../../app/imports.ts';
import { importUnderPolicies } from '../../app/under-policies.ts';
import { findDataset } from '../find.ts';
import { command, nameFrom, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { counted, printFailure, printResult, printWarnings } from '../print.ts';
import { withProject } from '../session.ts';

interface ImportOptions extends CommonOptions {
  readonly name?: string;
  readonly into?: string;
  readonly table?: string;
  readonly override?: string;
  readonly each?: boolean;
  readonly type: string[];
}

export function importCommands(program: Command): void {
  command(program, 'import <source...>', 'Import a table from a file, or from a folder or several files that are one table: CSV, TSV, JSON, Parquet, Arrow, Excel or SQLite; or a folder of PNG and JPEG images; "-" reads the standard input')
    .option('--name <name>', 'name of the new dataset; that of the file or the folder by default')
    .option('--into <dataset>', 'add a version to this dataset')
    .option('--each', 'make a dataset of each table that the files are found to hold')
    .option('--table <name>', 'the sheet of a workbook, the table of a database, or where the labels of images come from; the first by default')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .option('--type <column=type>', `correct the type of a column (${columnTypes.join(', ')}), or take the paths of the files in (source_file=text); may be repeated`, collect, [])
    .action((sources: string[], options: ImportOptions) => withProject(sessionOf(options), async (context) => {
      if (options.each) await importEach(context, sources, options);
      else await importOne(context, sources, options);
    }));
}

async function importOne(context: AppContext, sources: readonly string[], options: ImportOptions): Promise<void> {
  const isPiped = sources.length === 1 && sources[0] === '-';
  const file = isPiped ? await keepPiped(context, process.stdin as AsyncIterable<Uint8Array>) : grantSource(context, sources.length === 1 ? resolve(sources[0] ?? '') : sources.map((source) => resolve(source)));
  const sniff = await sniffFile(context, file, { table: options.table });
  const plan = planAsFound(sniff, correctedTypes(options.type, sniff.columns.map(({ sourceName }) => sourceName)));
  const name = nameFrom(options.name ?? suggestName(isPiped ? sniff.fileName : basename(sniff.fileName)));
  const datasetId = options.into === undefined ? null : findDataset(context, options.into).id;
  const { warnings, finished } = await importUnderPolicies(context, { path: grantedSource(context, file), name, datasetId, plan }, options.override ?? null);
  printWarnings(warnings);
  const outcome = await finished;
  const dataset = getDataset(context, outcome.datasetId);
  printResult(outputOf(options), { ...outcome, dataset, warnings: sniff.warnings }, () => [
    importedLine(outcome, dataset),
    ...sniff.warnings,
  ].join('\n'));
}

/** One after the other; what fails is told and does not keep the others back. */
async function importEach(context: AppContext, sources: readonly string[], options: ImportOptions): Promise<void> {
  for (const option of ['name', 'into', 'table'] as const) {
    if (options[option] !== undefined) throw fail('cli/usage', { message: `--each makes several datasets, so that --${option} has no meaning.` });
  }
  if (options.type.length > 0) throw fail('cli/usage', { message: '--each takes the tables as they are found, so that --type has no meaning.' });
  const { tables, refused } = await surveyFiles(context, sources.map((source) => grantSource(context, resolve(source))));
  const imported: (ImportOutcome & { readonly dataset: Dataset })[] = [];
  const failed: { readonly name: string; readonly error: Failure }[] = [];
  for (const table of tables) {
    try {
      imported.push(await importFound(context, table, options.override ?? null));
    } catch (thrown) {
      failed.push({ name: table.name, error: toFailure(thrown) });
    }
  }
  printResult(outputOf(options), { imported, failed, refused }, () => [
    ...imported.map((outcome) => importedLine(outcome, outcome.dataset)),
    ...refused.map(({ name, reason }) => `Left out: ${name}. ${reason}`),
    ...(imported.length === 0 ? ['Nothing was imported'] : []),
  ].join('\n'));
  for (const { error } of failed) printFailure(outputOf(options), error);
  if (failed.length > 0 || imported.length === 0) process.exitCode = 1;
}

async function importFound(context: AppContext, { file, name }: { file: FileHandle; name: string }, reason: string | null): Promise<ImportOutcome & { dataset: Dataset }> {
  const { warnings, finished } = await importUnderPolicies(context, { path: grantedSource(context, file), name, datasetId: null, plan: null }, reason);
  printWarnings(warnings);
  const outcome = await finished;
  return { ...outcome, dataset: getDataset(context, outcome.datasetId) };
}

/** What an import has done, as a sentence. */
export function importedLine(outcome: ImportOutcome, dataset: Dataset): string {
  const version = `${dataset.name} v${dataset.versions.length}`;
  if (!outcome.isNew) return `The content equals ${version}; no new version was made`;
  const source = dataset.versions.at(-1)?.source;
  const leftOut = source?.kind === 'file' ? source.leftOut : undefined;
  const named = leftOut?.files.slice(0, 3).map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return `Imported ${counted(outcome.rowCount, 'row')} as ${version}${leftOut === undefined ? '' : `\nLeft out ${counted(leftOut.count, 'broken image')}. ${named}${leftOut.count > 3 ? ' …' : ''}`}`;
}

function correctedTypes(texts: readonly string[], columns: readonly string[]): Map<string, ColumnType> {
  return new Map(texts.map((text) => {
    const at = text.lastIndexOf('=');
    const column = text.slice(0, at);
    const type = columnTypes.find((each) => each === text.slice(at + 1));
    if (at < 1 || !type) throw fail('cli/usage', { message: `--type needs column=type with one of ${columnTypes.join(', ')}, not "${text}".` });
    if (!columns.includes(column)) throw fail('cli/usage', { message: `The file has no column "${column}"; it has ${columns.join(', ')}.` });
    return [column, type] as const;
  }));
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}
