/** assay pixels: the images of a dataset as a table of pixels. */
import { InvalidArgumentError, type Command } from 'commander';
import { PixelSettings, pixelColumnCount } from '../../../shared/domain/images.ts';
import { fail } from '../../../shared/errors.ts';
import { getDataset } from '../../app/datasets.ts';
import { pixelsUnderPolicies } from '../../app/under-policies.ts';
import { findVersion } from '../find.ts';
import { command, nameFrom, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { counted, printResult, printWarnings } from '../print.ts';
import { withProject } from '../session.ts';

interface PixelOptions extends CommonOptions {
  readonly size: { readonly width: number; readonly height: number };
  readonly grey?: boolean;
  readonly column?: string;
  readonly keep?: string[];
  readonly name?: string;
  readonly override?: string;
}

export function pixelsCommand(program: Command): void {
  command(program, 'pixels <dataset>', 'Make a dataset with a column for each pixel of its images, to train on; "NAME@2" is its second version')
    .option('--size <width>x<height>', 'the size that every image gets, by the mean of each area', sizeFrom, { width: 28, height: 28 })
    .option('--grey', 'one column for each pixel; red, green and blue otherwise')
    .option('--column <name>', 'the column of images, where there are several')
    .option('--keep <columns>', 'comma-separated: what stands beside the pixels; all but the sizes by default', (text) => text.split(',').map((name) => name.trim()).filter((name) => name !== ''))
    .option('--name <name>', 'name of the new dataset')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .action((reference: string, options: PixelOptions) => withProject(sessionOf(options), async (context) => {
      const { dataset, version } = findVersion(context, reference);
      const column = options.column ?? version.columns.find(({ type }) => type === 'image')?.name;
      if (column === undefined) throw fail('data/not-images', { column: version.columns[0]?.name ?? '' });
      const { size: { width, height } } = options;
      const settings = PixelSettings.safeParse({ column, width, height, colours: options.grey ? 'grey' : 'rgb' });
      if (!settings.success) throw fail('cli/usage', { message: `--size does not do: ${settings.error.issues[0]?.message ?? ''}.` });
      const name = nameFrom(options.name ?? `${dataset.name} ${width}x${height}${options.grey ? ' grey' : ''}`);
      const { warnings, finished } = await pixelsUnderPolicies(context, { versionId: version.id, name, settings: settings.data, keep: options.keep ?? null }, options.override ?? null);
      printWarnings(warnings);
      const outcome = await finished;
      printResult(outputOf(options), { ...outcome, dataset: getDataset(context, outcome.datasetId) }, () => `Made ${name}: ${counted(outcome.rowCount, 'row')} of ${counted(pixelColumnCount(settings.data), 'pixel column')}`);
    }));
}

function sizeFrom(text: string): PixelOptions['size'] {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new InvalidArgumentError('write it like 28x28');
  return { width: Number(width), height: Number(height) };
}
