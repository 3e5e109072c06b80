/** assay import, update, profile, tag, datasets. */
import type { Command } from 'commander';
import { basename, extname, resolve } from 'node:path';
import { columnTypes, type ColumnType } from '../../../shared/domain/columns.ts';
import { formatTag, planAsFound, type Dataset } from '../../../shared/domain/datasets.ts';
import { fail } from '../../../shared/errors.ts';
import { addTag, getDataset, listDatasets, profileVersion, removeTag } from '../../app/datasets.ts';
import { sniffFile, updateOf, type ImportOutcome } from '../../app/imports.ts';
import { reportTarget, startRelations } from '../../app/relations.ts';
import { importUnderPolicies } from '../../app/under-policies.ts';
import { findDataset, findVersion } from '../find.ts';
import { command, nameFrom, outputOf, sessionOf, tagFrom, type CommonOptions } from '../options.ts';
import { counted, printResult, printWarnings, table } from '../print.ts';
import { grant, withProject } from '../session.ts';
import { relationLines, targetLines } from '../profile-lines.ts';

interface ImportOptions extends CommonOptions {
  readonly name?: string;
  readonly into?: string;
  readonly table?: string;
  readonly override?: string;
  readonly type: string[];
}

export function dataCommands(program: Command): void {
  command(program, 'import <file>', 'Import a table from a file: CSV, TSV, JSON, Parquet, Arrow, Excel or SQLite')
    .option('--name <name>', 'name of the new dataset; the file\'s name by default')
    .option('--into <dataset>', 'add a version to this dataset')
    .option('--table <name>', 'the sheet of a workbook or the table of a database; the first by default')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .option('--type <column=type>', `correct the type of a column (${columnTypes.join(', ')}); may be repeated`, collect, [])
    .action((file: string, options: ImportOptions) => withProject(sessionOf(options), async (context) => {
      const sniff = await sniffFile(context, grant(context, file), { table: options.table });
      const types = correctedTypes(options.type, sniff.columns.map(({ sourceName }) => sourceName));
      const plan = planAsFound(sniff, types);
      const name = nameFrom(options.name ?? basename(file, extname(file)));
      const datasetId = options.into === undefined ? null : findDataset(context, options.into).id;
      const { warnings, finished } = await importUnderPolicies(context, { path: resolve(file), name, datasetId, plan }, options.override ?? null);
      printWarnings(warnings);
      const outcome = await finished;
      const dataset = getDataset(context, outcome.datasetId);
      printResult(outputOf(options), { ...outcome, dataset, warnings: sniff.warnings }, () => [
        importedLine(outcome, dataset),
        ...sniff.warnings,
      ].join('\n'));
    }));

  command(program, 'update <dataset> [file]', 'Read the file of a dataset again as before; a new version only if its content changed')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .action((reference: string, file: string | undefined, options: CommonOptions & { override?: string }) => withProject(sessionOf(options), async (context) => {
      const { id } = findDataset(context, reference);
      const request = updateOf(context, { datasetId: id, path: file === undefined ? null : resolve(file) });
      const { warnings, finished } = await importUnderPolicies(context, request, options.override ?? null);
      printWarnings(warnings);
      const outcome = await finished;
      const dataset = getDataset(context, id);
      printResult(outputOf(options), { ...outcome, dataset }, () => importedLine(outcome, dataset));
    }));

  command(program, 'datasets', 'List the datasets')
    .action((options: CommonOptions) => withProject(sessionOf(options), (context) => {
      const datasets = listDatasets(context);
      printResult(outputOf(options), datasets, () => table(['Dataset', 'Versions', 'Rows', 'Columns', 'Tags'], datasets.map(({ name, versions, tags }) => {
        const latest = versions.at(-1);
        return [name, versions.length, latest?.rowCount ?? null, latest?.columns.length ?? null, tags.map(formatTag).join(', ')];
      })));
    }));

  command(program, 'profile <dataset>', 'Say what is in each column of a dataset (name, or name@version)')
    .option('--target <column>', 'the column to predict; by default the one with the role target')
    .action((reference: string, options: CommonOptions & { target?: string }) => withProject(sessionOf(options), async (context) => {
      const { dataset, version } = findVersion(context, reference);
      const columns = await profileVersion(context, version.id);
      const target = await reportTarget(context, version.id, options.target ?? null);
      const relations = await startRelations(context, version.id).finished;
      printResult(outputOf(options), { dataset: dataset.name, version: version.number, columns, relations, target }, () => [
        `${dataset.name} v${version.number}: ${counted(version.rowCount, 'row')}`,
        table(['Column', 'Type', 'Missing', 'Distinct', 'Min', 'Median', 'Mean', 'Max', 'Most frequent'], columns.map((column) => [
          column.name, column.type, column.missingCount, column.distinctCount, column.numeric?.min ?? null, column.numeric?.median ?? null,
          column.numeric?.mean ?? null, column.numeric?.max ?? null, column.topValues?.slice(0, 3).map(({ value }) => value).join(', ') ?? '',
        ])),
        ...relationLines(relations),
        ...(target === null ? [] : targetLines(target)),
      ].join('\n'));
    }));

  command(program, 'tag <dataset> <tag...>', 'Add tags ("pilot") or key and value ("source: sensor 4") to a dataset')
    .option('--remove', 'take the tags off instead')
    .action((reference: string, texts: string[], options: CommonOptions & { remove?: boolean }) => withProject(sessionOf(options), (context) => {
      const { id } = findDataset(context, reference);
      for (const text of texts) {
        if (options.remove) removeTag(context, 'dataset', id, tagFrom(text));
        else addTag(context, 'dataset', id, tagFrom(text));
      }
      const dataset = getDataset(context, id);
      printResult(outputOf(options), dataset, () => `${dataset.name}: ${dataset.tags.map(formatTag).join(', ') || 'no tags'}`);
    }));
}

function importedLine(outcome: ImportOutcome, dataset: Dataset): string {
  const version = `${dataset.name} v${dataset.versions.length}`;
  return outcome.isNew ? `Imported ${counted(outcome.rowCount, 'row')} as ${version}` : `The content equals ${version}; no new version was made`;
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
