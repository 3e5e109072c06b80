/**
 * The exported file gives the same predictions from the same raw columns in a browser's runtime as in the app's,
 * and in Python's where ASSAY_PEERS_PYTHON names one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { predictTable } from '../../electron/infer/predict.ts';
import { trainTable } from '../../electron/infer/train.ts';
import { isNumberType, type ColumnData } from '../../shared/domain/column-data.ts';
import { ModelSpec, type TrainConfig } from '../../shared/domain/train-config.ts';
import { createRandom } from '../../shared/math/random.ts';
import { withChromium } from '../support/chromium.ts';
import { categories, numbers, repeat } from '../support/columns.ts';
import { penguinConfig, penguins, trainConfig } from '../support/train-config.ts';
import { runInBrowser, runInPython } from '../support/other-runtimes.ts';

const random = createRandom(5);
const wave = repeat(300, (i) => Math.sin(i / 4) + 0.1 * random.unit());
const cases: Record<string, { config: TrainConfig; columns: ColumnData[] }> = {
  'a perceptron of a table with missing values': { config: penguinConfig({ maxEpochs: 5 }), columns: penguins() },
  'a perceptron with embedded categories': {
    config: penguinConfig({ maxEpochs: 5, model: ModelSpec.parse({ kind: 'mlp', hidden: [16], embeddings: true }) }), columns: penguins(),
  },
  'a forecast of three rows by quantiles': {
    config: trainConfig({
      task: 'regression', target: 'y', features: ['y'], maxEpochs: 3, loss: { kind: 'quantile', levels: [0.1, 0.5, 0.9] },
      model: ModelSpec.parse({ kind: 'recurrent', units: 8, sequence: { from: 'rows', steps: 8, horizon: 3 } }),
      split: { kind: 'time', timeColumn: null, validationShare: 0.15, testShare: 0.15 },
    }),
    columns: [numbers('y', wave)],
  },
  'a sentence': {
    config: trainConfig({
      task: 'classification', target: 'mood', features: ['text'], maxEpochs: 3,
      model: ModelSpec.parse({ kind: 'transformer', width: 16, heads: 2, layers: 1, feedForward: 16, sequence: { from: 'words', steps: 6 } }),
    }),
    columns: [
      categories('text', repeat(120, (i) => ['a good day', '  Fine, thanks! ', 'bad weather again', '', 'what a\tbad idea'][i % 5] as string), 'text'),
      categories('mood', repeat(120, (i) => ['+', '+', '-', '-', '-'][i % 5] as string)),
    ],
  },
};

for (const [name, { config, columns }] of Object.entries(cases)) {
  test(`the file of ${name} predicts in a browser what it predicts here`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-web-'));
    try {
      const { modelBytes, inputs } = await trainTable({ config, columns, onProgress: () => undefined, shouldStop: () => false });
      const here = await predictTable({ modelBytes, columns, threadCount: 1 });
      const raw = columns.filter((column) => inputs.some((input) => input.name === column.name && (column.kind === 'number') === isNumberType(input.type)));
      const runtimes = [await withChromium(folder, (page) => runInBrowser(page, modelBytes, raw))];
      const python = process.env['ASSAY_PEERS_PYTHON'];
      if (python !== undefined) runtimes.push(await runInPython(python, folder, modelBytes, raw));
      for (const there of runtimes) {
        // WebAssembly has other matrix kernels; float32 rounds each product by 6e-8, summed over some tens of terms.
        const [values, expected] = here.task === 'classification'
          ? [there['probabilities'], here.probabilities]
          : [there['quantiles'], quantilesOf(here.values, here.names)];
        expect(values).toHaveLength(expected.length);
        const largest = Math.max(...Array.from(expected, (value, i) => Math.abs(value - Number(values?.[i])) / Math.max(1, Math.abs(value))));
        expect(largest).toBeLessThan(1e-5);
        if (here.task === 'classification') expect(there['label']).toEqual(Array.from(here.codes, (code) => here.classes[code]));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** The quantile columns of predictions, row by row. */
function quantilesOf(values: Float64Array, names: readonly string[]): number[] {
  return Array.from(values).filter((_, i) => (names[i % names.length] as string).includes('q'));
}
