/** assay update, profile, tag, datasets. */
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { formatTag } from '../../../shared/domain/datasets.ts';
import { addTag, getDataset, listDatasets, profileVersion, removeTag } from '../../app/datasets.ts';
import { updateOf } from '../../app/imports.ts';
import { reportTarget, startRelations } from '../../app/relations.ts';
import { importUnderPolicies } from '../../app/under-policies.ts';
import { findDataset, findVersion } from '../find.ts';
import { command, outputOf, sessionOf, tagFrom, type CommonOptions } from '../options.ts';
import { counted, printResult, printWarnings, table } from '../print.ts';
import { withProject } from '../session.ts';
import { importedLine } from './import.ts';
import { relationLines, targetLines } from '../profile-lines.ts';

export function dataCommands(program: Command): void {
  command(program, 'update <dataset> [file...]', 'Read the file, the folder or the files of a dataset again as before; a new version only if the content changed')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .action((reference: string, files: string[], options: CommonOptions & { override?: string }) => withProject(sessionOf(options), async (context) => {
      const { id } = findDataset(context, reference);
      const request = updateOf(context, { datasetId: id, path: files.length === 0 ? null : files.map((file) => resolve(file)) });
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
