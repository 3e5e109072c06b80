/** assay columns, column, classify, find: what columns mean, what is in them, and finding datasets by it. */
import type { Command } from 'commander';
import { detectorWords, qualityPartWords } from '../../../shared/domain/classification.ts';
import { ColumnNoteChange, columnRoles, noteOf } from '../../../shared/domain/column-notes.ts';
import { searchDatasets } from '../../../shared/domain/dataset-search.ts';
import { formatTag } from '../../../shared/domain/datasets.ts';
import { fail } from '../../../shared/errors.ts';
import { classifyVersion } from '../../app/classification.ts';
import { describeColumn, listColumnNotes } from '../../app/columns.ts';
import { listDatasets, retagDatasets } from '../../app/datasets.ts';
import { listSearches, saveSearch } from '../../app/searches.ts';
import { findDataset, findVersion } from '../find.ts';
import { command, nameFrom, outputOf, sessionOf, toList, type CommonOptions } from '../options.ts';
import { counted, printResult, table } from '../print.ts';
import { withProject } from '../session.ts';

interface ColumnOptions extends CommonOptions {
  readonly role?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly order?: string[];
}

export function classifyCommands(program: Command): void {
  command(program, 'columns <dataset>', 'List the columns of a dataset with their role, unit and description')
    .action((reference: string, options: CommonOptions) => withProject(sessionOf(options), (context) => {
      const { dataset, version } = findVersion(context, reference);
      const notes = listColumnNotes(context, dataset.id);
      const columns = version.columns.map((column) => {
        const { role = null, unit = '', description = '', categoryOrder = null } = noteOf(notes, column.name) ?? {};
        return { ...column, role, unit, description, categoryOrder };
      });
      printResult(outputOf(options), { dataset: dataset.name, version: version.number, columns }, () => table(
        ['Column', 'Type', 'Role', 'Unit', 'Description'], columns.map(({ name, type, role, unit, description }) => [name, type, role, unit, description]),
      ));
    }));

  command(program, 'column <dataset> <column>', 'Say what a column of a dataset means')
    .option('--role <role>', `${columnRoles.join(', ')}, or none`)
    .option('--unit <unit>', 'unit of its values; "" takes it away')
    .option('--description <text>', 'what it holds; "" takes it away')
    .option('--order <values>', 'its categories from the lowest to the highest: a,b,c', toList)
    .action((reference: string, column: string, options: ColumnOptions) => withProject(sessionOf(options), (context) => {
      const { id } = findDataset(context, reference);
      describeColumn(context, { datasetId: id, column, change: changeFrom(options) });
      const note = noteOf(listColumnNotes(context, id), column);
      printResult(outputOf(options), note, () => `${column}: ${[note?.role, note?.unit, note?.description].filter(Boolean).join(', ') || 'nothing is said of it'}`);
    }));

  command(program, 'classify <dataset>', 'Measure the quality of a dataset, find personal data in it, and suggest tags and roles')
    .option('--accept', 'take the suggestions over')
    .action((reference: string, options: CommonOptions & { accept?: boolean }) => withProject(sessionOf(options), async (context) => {
      const { dataset, version } = findVersion(context, reference);
      const found = await classifyVersion(context, version.id);
      if (options.accept) {
        const replaced = dataset.tags.filter(({ key }) => key !== null && found.tags.some(({ tag }) => tag.key === key));
        retagDatasets(context, { ids: [dataset.id], add: found.tags.map(({ tag }) => tag), remove: replaced });
        for (const { column, role } of found.roles) describeColumn(context, { datasetId: dataset.id, column, change: { role } });
      }
      printResult(outputOf(options), { dataset: dataset.name, version: version.number, ...found }, () => [
        `${dataset.name} v${version.number}: quality ${found.quality.score} of 100${found.seenRowCount < found.rowCount ? `, measured on ${counted(found.seenRowCount, 'row')} of ${found.rowCount.toLocaleString('en')}` : ''}`,
        table(['Part', 'Points', 'Of', 'Columns'], found.quality.parts.map(({ part, points, maxPoints, columns }) => [qualityPartWords[part].word, points, maxPoints, columns.slice(0, 3).map(({ name }) => name).join(', ')])),
        ...found.detections.map(({ detector, columns, reason }) => `Found ${detectorWords[detector]} in ${columns.join(', ')}. ${reason}`),
        ...found.tags.map(({ tag, reason }) => `${options.accept ? 'Tagged' : 'Suggested tag'} ${formatTag(tag)}. ${reason}`),
        ...found.roles.map(({ column, role, reason }) => `${options.accept ? 'Role' : 'Suggested role'} ${role} of ${column}. ${reason}`),
      ].join('\n'));
    }));

  command(program, 'find [words...]', 'Find datasets: words, source:palmer, -tag, quality<80, rows>=1000; without words lists the saved searches')
    .option('--save <name>', 'keep the search under a name for everybody of the project')
    .option('--saved <name>', 'use a saved search')
    .action((words: string[], options: CommonOptions & { save?: string; saved?: string }) => withProject(sessionOf(options), (context) => {
      const searches = listSearches(context);
      const saved = options.saved === undefined ? undefined : searches.findLast(({ name }) => name === options.saved);
      if (options.saved !== undefined && !saved) throw fail('cli/usage', { message: `There is no saved search "${options.saved}"${searches.length === 0 ? '' : `; there are: ${searches.map(({ name }) => name).join(', ')}`}.` });
      const query = [saved?.query ?? '', ...words].join(' ').trim();
      if (query === '') {
        printResult(outputOf(options), searches, () => table(['Name', 'Search'], searches.map((search) => [search.name, search.query])));
        return;
      }
      if (options.save !== undefined) saveSearch(context, { name: nameFrom(options.save), query });
      const found = searchDatasets(listDatasets(context), query);
      printResult(outputOf(options), found, () => table(['Dataset', 'Tags'], found.map(({ name, tags }) => [name, tags.map(formatTag).join(', ')])));
    }));
}

function changeFrom({ role, unit, description, order }: ColumnOptions): ColumnNoteChange {
  const parsed = ColumnNoteChange.safeParse({
    ...(role !== undefined && { role: role === 'none' ? null : role }), ...(unit !== undefined && { unit }), ...(description !== undefined && { description }),
    ...(order !== undefined && { categoryOrder: order }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail('cli/usage', { message: `${issue?.path[0] === undefined ? 'Give --role, --unit, --description or --order' : `--${String(issue.path[0]).replace('categoryOrder', 'order')}`}: ${issue?.message ?? 'not a value'}.` });
}
