import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importModel, registerModel, startPrediction } from '../../../electron/app/models.ts';
import { getRun } from '../../../electron/app/runs.ts';
import { suggestConfig } from '../../../electron/app/suggest.ts';
import { startRerun, startTraining } from '../../../electron/app/training.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { onnxFixture } from '../../support/imported.ts';
import { penguinsPath } from '../../support/penguins.ts';
import { aProject, importPath, importText } from '../../support/project.ts';
import type { TestProject } from '../../support/project.ts';

async function fileOf({ folder }: TestProject, bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  return path;
}

/** 90 rows of six numbers whose class is the largest of the first three. */
function sixNumbers(): string {
  const rows = Array.from({ length: 90 }, (_, row) => {
    const values = Array.from({ length: 6 }, (_, i) => Math.sin(row * 7.3 + i * 2.1));
    return [...values.map((value) => value.toFixed(4)), `class ${values.indexOf(Math.max(...values.slice(0, 3)))}`].join(',');
  });
  return ['a,b,c,d,e,f,y', ...rows].join('\n');
}

/** Rows of a number, a colour and a class by both; every `missing`-th number is missing. */
function tableOf(rowCount: number, colourOf: (row: number) => string, scale: number, missing = Infinity): string {
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const n = Math.sin(row * 1.3) * scale;
    return `${row % missing === 1 ? '' : n.toFixed(3)},${colourOf(row)},${n > 0 ? 'up' : 'down'}`;
  });
  return ['n,colour,y', ...rows].join('\n');
}

describe('fine-tuning a model of a file', () => {
  it('goes from the import of a PyTorch model to a run that runs again bit for bit, and predicts', async () => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importText(project, 'six.csv', sixNumbers());
    const { object, fileName, inspection } = await importModel(context, await fileOf(project, onnxFixture('mlp')));
    expect(inspection).toMatchObject({ headLayer: 'head', problem: null });
    const config = {
      ...await suggestConfig(context, versionId, 'y'), maxEpochs: 40, batchSize: 16, learningRate: 0.02,
      model: ModelSpec.parse({ kind: 'imported', model: object, fileName, freezeUpTo: 'hidden.0', replaceHead: true }),
    };

    const { runId, finished } = startTraining(context, { config, name: '' });
    await finished;
    const run = getRun(context.store, runId);
    expect(run).toMatchObject({ status: 'done', name: expect.stringContaining('model.onnx'), result: { parameterCount: 8 * 16 + 8 + 3 * 8 + 3 } });
    expect(run.result?.test.accuracy).toBeGreaterThan(0.6);

    expect(await startRerun(context, runId).finished).toMatchObject({ kind: 'bitwise-equal' });

    const { id: modelId } = registerModel(context, runId, 'fine-tuned');
    const { finished: predicted } = startPrediction(context, { modelId, data: { kind: 'version', versionId }, name: 'again' });
    expect(await predicted).toEqual({ rowCount: 90 });
  });

  it('trains on what Assay itself exported, with the same columns', async () => {
    const { context } = await aProject();
    const { versionId } = await importPath({ context }, penguinsPath);
    const first = await suggestConfig(context, versionId, 'species');
    const start = startTraining(context, { config: { ...first, maxEpochs: 20 }, name: '' });
    await start.finished;
    const path = await context.store.objectPath(getRun(context.store, start.runId).result!.model);
    const { object, inspection } = await importModel(context, path);
    expect(inspection).toMatchObject({ isOwn: true, outputWidth: 3 });
    const model = ModelSpec.parse({ kind: 'imported', model: object, fileName: 'penguins.onnx', freezeUpTo: null, replaceHead: false });
    const again = startTraining(context, { config: { ...first, model, maxEpochs: 1, learningRate: 1e-4 }, name: '' });
    await again.finished;
    // It starts where the first ended: one slow epoch keeps what was learnt.
    expect(getRun(context.store, again.runId).result?.test.accuracy).toBeGreaterThan(0.95);
  });

  it('gives a model that Assay exported the features it knows, on data that would be encoded in another way', async () => {
    const project = await aProject();
    const { context } = project;
    const first = await importText(project, 'a.csv', tableOf(80, (row) => ['red', 'green', 'blue'][row % 3]!, 10));
    const config = await suggestConfig(context, first.versionId, 'y');
    const start = startTraining(context, { config: { ...config, maxEpochs: 30 }, name: '' });
    await start.finished;
    const { object } = await importModel(context, await context.store.objectPath(getRun(context.store, start.runId).result!.model));
    // Missing numbers, one colour less, another scale.
    const second = await importText(project, 'b.csv', tableOf(80, (row) => ['green', 'red'][row % 2]!, 40, 7));
    const model = ModelSpec.parse({ kind: 'imported', model: object, fileName: 'a.onnx', freezeUpTo: null, replaceHead: true });
    const again = startTraining(context, { config: { ...config, versionId: second.versionId, model, maxEpochs: 3 }, name: '' });
    await again.finished;
    expect(getRun(context.store, again.runId)).toMatchObject({ status: 'done', result: { inputs: [{ name: 'n' }, { name: 'colour' }] } });
  });

  it('is refused at the import when the file cannot be trained on, with the reason', async () => {
    const project = await aProject();
    await expect(importModel(project.context, await fileOf(project, Uint8Array.of(1, 2, 3)))).rejects.toThrow(/not a valid ONNX model/);
  });
});
