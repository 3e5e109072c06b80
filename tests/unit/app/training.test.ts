import { describe, expect, it } from 'vitest';
import { tableOf, getDataset, getVersion } from '../../../electron/app/datasets.ts';
import { readRows } from '../../../electron/app/rows.ts';
import { registerModel, startPrediction } from '../../../electron/app/models.ts';
import { getRun, listRuns, markInterrupted, readCurves } from '../../../electron/app/runs.ts';
import { suggestConfig } from '../../../electron/app/suggest.ts';
import { startRerun, startTraining } from '../../../electron/app/training.ts';
import { penguinsPath } from '../../support/penguins.ts';
import { aProject, importPath, importText } from '../../support/project.ts';

describe('a training run', () => {
  it('goes from a suggested config to a result that runs again bit for bit', async () => {
    const { context, events } = await aProject();
    const { versionId } = await importPath({ context }, penguinsPath);
    const config = await suggestConfig(context, versionId, 'species');
    expect(config).toMatchObject({ task: 'classification', features: ['island', 'bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g', 'sex'] });

    const { runId, finished } = startTraining(context, { config: { ...config, maxEpochs: 20 }, name: '' });
    expect(getRun(context.store, runId)).toMatchObject({ status: 'running', label: 'R1' });
    await finished;

    const run = getRun(context.store, runId);
    expect(run).toMatchObject({ status: 'done', name: 'MLP 32, species', datasetName: 'data', versionNumber: 1 });
    expect(run.result!.test.accuracy).toBeGreaterThan(0.9);
    expect(run.result!.classes).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    expect(events.some(({ event }) => event === 'points')).toBe(true);
    const [curve] = await readCurves(context, [runId]);
    expect(curve!.points.filter(({ metric, part }) => metric === 'logLoss' && part === 'validation')).toHaveLength(run.result!.epochCount);
    expect(await startRerun(context, runId).finished).toEqual({ kind: 'bitwise-equal' });
  });

  it('that cannot start says why, and the run says so too', async () => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importText(project, 'one.csv', `x,y\n${'1,a\n'.repeat(50)}`);
    const config = { ...(await suggestConfig(context, versionId, 'y')), features: ['x'] };
    await expect(startTraining(context, { config, name: '' }).finished).rejects.toThrow('The target "y" has only one value, "a".');
    expect(listRuns(context)[0]).toMatchObject({ status: 'failed', failure: expect.stringContaining('Choose a target with at least two classes.') });
  });

  it('that names a column which is not there is refused before it starts', async () => {
    const { context } = await aProject();
    const { versionId } = await importPath({ context }, penguinsPath);
    const config = await suggestConfig(context, versionId, 'species');
    expect(() => startTraining(context, { config: { ...config, features: ['wings'] }, name: '' })).toThrow('There is no column "wings" in data.');
    expect(() => startTraining(context, { config: { ...config, features: ['species'] }, name: '' })).toThrow('the target cannot be a feature');
    expect(listRuns(context)).toEqual([]);
  });

  it('can be cancelled, and keeps what it reached', async () => {
    const project = await aProject();
    const { context } = project;
    const rows = Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n');
    const { versionId } = await importText(project, 'many.csv', `a,b,c\n${rows}\n`);
    const config = { ...(await suggestConfig(context, versionId, 'a')), maxEpochs: 5000, patience: null };
    const { jobId, runId, finished } = startTraining(context, { config, name: 'long' });
    while ((context.livePoints.get(runId)?.length ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    context.jobs.cancel(jobId);
    await expect(finished).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
    expect(getRun(context.store, runId)).toMatchObject({ status: 'cancelled', result: { inputs: [{ name: 'b' }, { name: 'c' }] } });
  });

  it('that a restart cuts off is called interrupted, one of another device is not', async () => {
    const project = await aProject();
    const { versionId } = await importPath(project, penguinsPath);
    const config = await suggestConfig(project.context, versionId, 'species');
    const { store } = project.context;
    const version = getVersion(store, versionId);
    for (const [label, device] of [['R1', store.deviceId], ['R2', 'a colleague']] as const) {
      store.commit('runs.start', [{
        o: 'create', e: store.newId(), t: 'run',
        f: {
          label, name: 'cut off', status: 'running', config, datasetId: version.datasetId, datasetName: 'data', versionNumber: 1, dataHash: version.object,
          environment: null, result: null, failure: null, note: '', colour: 0, startedAtMs: 0, endedAtMs: null, device,
        },
      }]);
    }
    const { context } = await project.reopen();
    await markInterrupted(context);
    expect(listRuns(context).find(({ label }) => label === 'R1')).toMatchObject({ status: 'interrupted', failure: 'The app ended while it was training.' });
    expect(listRuns(context).find(({ label }) => label === 'R2')).toMatchObject({ status: 'running', failure: null });
  });
});

describe('predictions', () => {
  it('of a registered model become a dataset with the class and its probabilities', async () => {
    const { context } = await aProject();
    const { versionId } = await importPath({ context }, penguinsPath);
    const { runId, finished } = startTraining(context, { config: { ...(await suggestConfig(context, versionId, 'species')), maxEpochs: 10 }, name: '' });
    await finished;
    const { id: modelId } = registerModel(context, runId, 'species');
    const prediction = startPrediction(context, { modelId, data: { kind: 'path', path: penguinsPath }, name: 'predicted' });
    expect(await prediction.finished).toEqual({ rowCount: 344 });
    const version = getDataset(context, prediction.datasetId).versions[0]!;
    expect(version.columns.slice(-4).map(({ name }) => name)).toEqual(['predicted species', 'p(Adelie)', 'p(Chinstrap)', 'p(Gentoo)']);
    expect((await tableOf(context.store, version)).columns).toHaveLength(11);
    const { rows } = await readRows(context, version.id, { view: { filters: [], sort: null }, offset: 0, limit: 344 });
    for (const row of rows) {
      const [first, second, third] = row.slice(-3) as [number, number, number];
      expect(first + second + third).toBeCloseTo(1, 5);
    }
    expect(rows.filter((row) => row[0] === row[7]).length).toBeGreaterThan(310);
  });

  it('name the column that a file lacks', async () => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importPath({ context }, penguinsPath);
    const { runId, finished } = startTraining(context, { config: { ...(await suggestConfig(context, versionId, 'species')), maxEpochs: 2 }, name: '' });
    await finished;
    const { id: modelId } = registerModel(context, runId, 'species');
    const other = await importText(project, 'other.csv', 'island,sex\nDream,MALE\n');
    const prediction = startPrediction(context, { modelId, data: { kind: 'version', versionId: other.versionId }, name: 'x' });
    await expect(prediction.finished).rejects.toThrow('The column "bill_length_mm", which the model needs, is not in data.');
  });
});
