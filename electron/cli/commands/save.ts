/** assay save: writes a version to a file that other programs read. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { basename, resolve } from 'node:path';
import { exportDelimiters, exportFormats, ExportSettings, exportSentence, formatOfName, plainLayout, type ExportFormat } from '../../../shared/domain/dataset-export.ts';
import { storedView } from '../../../shared/domain/query.ts';
import { fail } from '../../../shared/errors.ts';
import { exportDataUnderPolicies } from '../../app/under-policies.ts';
import { findVersion } from '../find.ts';
import { command, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { printResult, printWarnings } from '../print.ts';
import { withProject } from '../session.ts';

interface SaveOptions extends CommonOptions {
  readonly format?: ExportFormat;
  readonly force?: boolean;
  readonly metadata?: boolean;
  readonly delimiter: string;
  readonly decimal: string;
  readonly header: boolean;
  readonly bom?: boolean;
  readonly missing: string;
  readonly formulas?: boolean;
  readonly override?: string;
}

export function saveCommand(program: Command): void {
  command(program, 'save <dataset> <file>', 'Write a dataset to a file: CSV, TSV, JSON lines, Parquet or Arrow; "NAME@2" is its second version')
    .addOption(new Option('--format <format>', 'the format; by the ending of the file where absent').choices(exportFormats))
    .option('--force', 'replace a file of that name')
    .option('--metadata', 'write a description of the data beside it (Croissant 1.1)')
    .option('--delimiter <mark>', `CSV: ${exportDelimiters.join(' ')}`, delimiterFrom, plainLayout.delimiter)
    .addOption(new Option('--decimal <mark>', 'CSV and TSV: the decimal mark').choices(['.', ',']).default(plainLayout.decimal))
    .option('--no-header', 'CSV and TSV: leave out the names of the columns')
    .option('--bom', 'CSV and TSV: begin with the mark by which Excel knows UTF-8')
    .option('--missing <word>', 'CSV and TSV: what stands for a missing value; an empty field where absent', '')
    .option('--formulas', 'CSV and TSV: leave texts as they are that a spreadsheet would run as a formula; they get a \' in front otherwise')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .action((reference: string, file: string, options: SaveOptions) => withProject(sessionOf(options), async (context) => {
      const settings = settingsFrom(file, options);
      const { dataset, version } = findVersion(context, reference);
      const { warnings, finished } = await exportDataUnderPolicies(context, {
        subject: { kind: 'version', versionId: version.id }, view: storedView, path: resolve(file), canReplace: options.force === true, settings,
      }, options.override ?? null);
      printWarnings(warnings);
      const outcome = await finished;
      printResult(outputOf(options), { dataset: dataset.name, version: version.number, path: resolve(file), ...outcome }, () => `${exportSentence(outcome)}\nsha256 ${outcome.sha256}`);
    }));
}

function settingsFrom(file: string, options: SaveOptions): ExportSettings {
  const format = options.format ?? formatOfName(basename(file));
  if (format === null) throw fail('cli/usage', { message: `The ending of "${basename(file)}" stands for no format. Say which with --format: ${exportFormats.join(', ')}.` });
  const { delimiter, decimal, header: hasHeader, missing } = options;
  const parsed = ExportSettings.safeParse({
    format, hasMetadata: options.metadata === true,
    layout: { delimiter: decimal === ',' && delimiter === ',' ? ';' : delimiter, decimal, hasHeader, missing, hasByteOrderMark: options.bom === true, isFormulaSafe: options.formulas !== true },
  });
  if (!parsed.success) throw fail('cli/usage', { message: `This cannot be written: ${parsed.error.issues[0]?.message ?? ''}.` });
  return parsed.data;
}

function delimiterFrom(text: string): string {
  if (exportDelimiters.some((each) => each === text)) return text;
  throw new InvalidArgumentError(`one of ${exportDelimiters.join(' ')}`);
}
