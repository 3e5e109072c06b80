/** Fills a project with finished runs that share one real history, for measurements at size. */
import { join } from 'node:path';
import { openDuck } from '../../electron/data/duck.ts';
import { writeTable } from '../../electron/data/table.ts';
import { historyColumns } from '../../electron/jobs/workers/history.ts';
import type { Store } from '../../electron/store/store.ts';
import type { MetricPoint } from '../../shared/domain/runs.ts';

export async function addRuns(store: Store, count: number): Promise<void> {
  const history = await store.putObject({ path: await historyFile(store) });
  const model = await store.putObject({ bytes: new TextEncoder().encode('stands for a model') });
  const datasetId = store.newId();
  const versionId = store.newId();
  const columns = [{ name: 'x', type: 'number' }, { name: 'y', type: 'category' }];
  store.commit('datasets.import', [
    { o: 'create', e: datasetId, t: 'dataset', f: { name: 'measurements', description: '' } },
    { o: 'create', e: versionId, t: 'version', f: { datasetId, number: 1, object: model.hash, sizeBytes: 1, rowCount: 1000, columns, source: { kind: 'file', fileName: 'm.csv', sha256: 'x', sizeBytes: 1, format: 'csv' } } },
  ]);
  for (let n = 1; n <= count; n++) {
    const loss = 0.3 + 0.2 * Math.sin(n);
    store.commit('runs.start', [{
      o: 'create', e: store.newId(), t: 'run',
      f: {
        label: `R${n}`, name: `MLP ${32 * (1 + (n % 4))}`, status: 'done', datasetId, datasetName: 'measurements', versionNumber: 1, dataHash: model.hash,
        config: {
          versionId, task: 'classification', target: 'y', features: ['x'], model: { kind: 'mlp', hidden: [32 * (1 + (n % 4))], activation: 'relu' },
          split: { kind: 'random', timeColumn: null, validationShare: 0.15, testShare: 0.15 }, seed: n, maxEpochs: 20, batchSize: 64,
          learningRate: 0.001 * (1 + (n % 5)), l2: 0, patience: null, classWeights: 'none', maxCategories: 20, threadCount: 1,
        },
        environment: null, failure: null, device: store.deviceId, note: '', colour: n % 8, startedAtMs: Date.UTC(2026, 0, 1) + n * 60_000, endedAtMs: Date.UTC(2026, 0, 1) + n * 60_000 + 1000,
        result: {
          validation: { logLoss: loss, accuracy: 1 - loss }, test: { logLoss: loss + 0.01, accuracy: 0.99 - loss, rocAuc: 0.9, macroF1: 0.8 }, confusion: null,
          rowCounts: { train: 700, validation: 150, test: 150, dropped: 0 }, parameterCount: 1000 + n, epochCount: 20, bestEpoch: 20, stepCount: 220,
          samplesPerSecond: 1e5, elapsedMs: 1000, graphHash: model.hash, weightsHash: model.hash, model: model.hash, modelSizeBytes: 18, history: history.hash,
          inputs: [{ name: 'x', type: 'number' }], classes: ['a', 'b'],
        },
      },
    }], { objects: [model.hash, history.hash] });
  }
  await store.flush();
}

async function historyFile(store: Store): Promise<string> {
  const points: MetricPoint[] = [];
  for (let epoch = 1; epoch <= 20; epoch++) {
    for (const part of ['train', 'validation'] as const) points.push({ epoch, step: epoch * 11, elapsedMs: epoch * 50, part, metric: 'logLoss', value: 1 / epoch });
  }
  const outPath = join(store.scratchDir(), 'history.parquet');
  await writeTable(await openDuck({ tempDir: store.scratchDir() }), { outPath, columns: historyColumns(points) });
  return outPath;
}
