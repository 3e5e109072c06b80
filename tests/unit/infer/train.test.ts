import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { predictTable } from '../../../electron/infer/predict.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import type { TrainOutcome } from '../../../electron/infer/train.ts';
import type { TrainProgress } from '../../../electron/infer/progress.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import type { TrainConfig } from '../../../shared/domain/train-config.ts';
import { MetricPoint, MetricValues } from '../../../shared/domain/runs.ts';
import { createRandom } from '../../../shared/math/random.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';
import { penguinConfig, penguins, trainConfig } from '../../support/train-config.ts';

const train = (config: TrainConfig, columns: readonly ColumnData[]): Promise<TrainOutcome> =>
  trainTable({ config, columns, onProgress: () => undefined, shouldStop: () => false });

const random = createRandom(9);
const noise = (): number => random.unit() - 0.5;

describe('training on a table', () => {
  it('tells penguins apart on rows it has not seen', async () => {
    const models = [{ kind: 'linear' }, { kind: 'mlp', hidden: [32, 16] }].map((model) => ModelSpec.parse(model));
    for (const model of models) {
      const outcome = await train(penguinConfig({ model, seed: 2 }), penguins());
      expect(outcome.status).toBe('done');
      expect(outcome.test.accuracy).toBeGreaterThanOrEqual(0.97);
      expect(outcome.test.rocAuc).toBeGreaterThan(0.99);
      expect(outcome.classes).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
      expect(outcome.rowCounts).toEqual({ train: 223, validation: 52, test: 69, dropped: 0 });
      expect(outcome.confusion?.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(69);
      MetricValues.parse(outcome.validation);
      outcome.history.forEach((point) => MetricPoint.parse(point));
      expect(outcome.history.filter(({ part, metric }) => part === 'validation' && metric === 'loss')).toHaveLength(outcome.epochCount);
    }
  });

  it('recovers a linear law', async () => {
    const [a, b] = [repeat(600, noise), repeat(600, noise)];
    const law = a.map((x, i) => 3 * x - 2 * b[i]! + 50 + 0.01 * noise());
    const columns = [numbers('a', a), numbers('b', b), numbers('y', law)];
    const config = trainConfig({
      task: 'regression', target: 'y', features: ['a', 'b'], model: ModelSpec.parse({ kind: 'linear' }), learningRate: 0.02, maxEpochs: 150, patience: null,
    });
    const outcome = await train(config, columns);
    // The noise alone has a standard deviation of 0.01 / sqrt(12) = 0.0029.
    expect(outcome.test.rmse).toBeLessThan(0.004);
    expect(outcome.test.r2).toBeGreaterThan(0.9999);
    const at = await predictTable({ modelBytes: outcome.modelBytes, columns: [numbers('a', [0, 1]), numbers('b', [0, 1])], threadCount: 1 });
    expect(at.task === 'regression' && Array.from(at.values)).toEqual([expect.closeTo(50, 1), expect.closeTo(51, 1)]);
  });

  it('gives the same weights in two processes, bit for bit', () => {
    const script = fileURLToPath(new URL('../../support/train-once.ts', import.meta.url));
    const runs = [1, 2].map(() => execFileSync(process.execPath, ['--no-warnings', script], { encoding: 'utf8' }));
    expect(runs[0]).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}$/);
    expect(runs[1]).toBe(runs[0]);
  });

  it('differs for another seed', async () => {
    const short = { maxEpochs: 3 };
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => train(penguinConfig({ ...short, seed }), penguins())));
    expect(same!.weightsHash).toBe(one!.weightsHash);
    expect(same!.modelBytes).toEqual(one!.modelBytes);
    expect(other!.weightsHash).not.toBe(one!.weightsHash);
  });

  it('keeps the weights of the best epoch and stops after patience epochs without a better one', async () => {
    const { history, bestEpoch, epochCount } = await train(penguinConfig({ learningRate: 0.1, patience: 5, maxEpochs: 300 }), penguins());
    const losses = history.filter(({ part, metric }) => part === 'validation' && metric === 'loss').map(({ value }) => value);
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestEpoch);
    expect(epochCount).toBe(bestEpoch + 5);
  });

  it('takes a batch larger than the train part as the whole part', async () => {
    const outcome = await train(penguinConfig({ batchSize: 60_000, maxEpochs: 4, patience: null }), penguins());
    expect(outcome.batchSize).toBe(223);
    expect(outcome.stepCount).toBe(4);
  });

  it('learns with a class that is missing in the train part', async () => {
    const x = repeat(60, (i) => i);
    const columns = [numbers('x', x), categories('y', x.map((value) => (value >= 55 ? 'late' : value % 2 ? 'odd' : 'even')))];
    const outcome = await train(trainConfig({
      task: 'classification', target: 'y', features: ['x'], classWeights: 'balanced', maxEpochs: 5,
      split: { kind: 'time', timeColumn: 'x', validationShare: 0.1, testShare: 0.1 },
    }), columns);
    expect(outcome.classes).toEqual(['even', 'late', 'odd']);
    expect(outcome.confusion?.counts[1]).toEqual([expect.any(Number), 0, expect.any(Number)]);
    expect(Number.isFinite(outcome.test.logLoss)).toBe(true);
  });

  it('says when the train part has only one class', async () => {
    const columns = [numbers('x', repeat(50, (i) => i)), categories('y', repeat(50, (i) => (i < 45 ? 'a' : 'b')))];
    await expect(train(trainConfig({
      task: 'classification', target: 'y', features: ['x'], split: { kind: 'time', timeColumn: 'x', validationShare: 0.1, testShare: 0.1 },
    }), columns)).rejects.toThrow(/train part has only one class.*"a"/);
  });

  it('drops rows without a target and survives NaN, infinity and absurd values in features', async () => {
    const x = repeat(200, (i) => (i % 20 === 0 ? NaN : i % 33 === 0 ? Infinity : i % 50 === 7 ? 1e300 : noise()));
    const columns = [numbers('x', x), numbers('z', repeat(200, (i) => i)), categories('y', repeat(200, (i) => (i < 10 ? null : i > 100 ? 'high' : 'low')))];
    const outcome = await train(trainConfig({ task: 'classification', target: 'y', features: ['x', 'z'], maxEpochs: 40 }), columns);
    expect(outcome.rowCounts.dropped).toBe(10);
    expect(outcome.test.accuracy).toBeGreaterThan(0.9);
  });

  it('names features that carry nothing, and refuses when none is left', async () => {
    const columns = [...penguins(), numbers('constant', repeat(344, () => 1)), numbers('empty', repeat(344, () => NaN))];
    const features = ['Body Mass (g)', 'constant', 'empty'];
    const outcome = await train(penguinConfig({ features, maxEpochs: 1 }), columns);
    expect(outcome.droppedFeatures).toEqual(['constant is constant in the train part', 'empty has no value in the train part']);
    expect(outcome.inputs).toEqual([{ name: 'Body Mass (g)', type: 'number' }]);
    await expect(train(penguinConfig({ features: features.slice(1) }), columns)).rejects.toMatchObject({ failure: { code: 'train/no-features' } });
  });

  it('refuses a target among the features and a column that is not there', async () => {
    await expect(train(penguinConfig({ features: ['Species'] }), penguins())).rejects.toMatchObject({ failure: { code: 'train/bad-config' } });
    await expect(train(penguinConfig({ features: ['Colour'] }), penguins())).rejects.toThrow(/no column "Colour"/);
  });

  it('reports progress up to the last epoch and ends soon after it is asked to', async () => {
    const reports: TrainProgress[] = [];
    const whole = await trainTable({
      config: penguinConfig({ maxEpochs: 30, patience: null }), columns: penguins(),
      onProgress: (progress) => reports.push(progress), shouldStop: () => false,
    });
    expect(reports.at(-1)).toMatchObject({ epoch: 30, epochs: 30, step: whole.stepCount });
    expect(reports.flatMap(({ points }) => points).filter(({ metric }) => metric !== 'batchLoss')).toEqual(whole.history);

    let asked = 0;
    const stopped = await trainTable({
      config: penguinConfig({ maxEpochs: 10_000, patience: null }), columns: penguins(), onProgress: () => undefined, shouldStop: () => ++asked > 60,
    });
    expect(stopped.status).toBe('cancelled');
    expect(stopped.epochCount).toBeGreaterThan(0);
    expect(stopped.epochCount).toBeLessThan(60);
    expect(stopped.modelBytes.length).toBeGreaterThan(0);
  });

  it('keeps what the first epoch reached when it is cancelled within, and nothing before the first step', async () => {
    let asked = 0;
    const within = (limit: number): Promise<TrainOutcome> => {
      asked = 0;
      return trainTable({
        config: penguinConfig({ batchSize: 1 }), columns: penguins(), onProgress: () => undefined, shouldStop: () => ++asked > limit,
      });
    };
    // Six columns of the matrix, then one chunk of steps; the first is a single one.
    expect(await within(7)).toMatchObject({ status: 'cancelled', epochCount: 0, bestEpoch: 0, stepCount: 1 });
    await expect(within(0)).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
    await expect(within(6)).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
  });

  it('stops when the loss is infinite, says at which step, and keeps the last good weights if there are any', async () => {
    const columns = [numbers('x', repeat(400, noise)), numbers('y', repeat(400, (i) => (i % 2 ? 1 : -1)))];
    // Eight layers whose weights grow by 10 a step overflow float32 after the first.
    const wild = trainConfig({
      task: 'regression', target: 'y', features: ['x'], learningRate: 10,
      model: ModelSpec.parse({ kind: 'mlp', hidden: new Array<number>(8).fill(64) }),
    });
    await expect(train(wild, columns)).rejects.toThrow('The loss became Infinity at step 2; it began in the output of layer "loss".');
    const outcome = await train({ ...wild, batchSize: 60_000 }, columns);
    expect(outcome).toMatchObject({ status: 'failed', bestEpoch: 1, failure: { code: 'train/diverged', details: { step: 2 } } });
    expect(outcome.modelBytes.length).toBeGreaterThan(0);
  });

  it('says when the loss is infinite on the validation part alone', async () => {
    await expect(train({ ...farAhead(), model: ModelSpec.parse({ kind: 'linear' }) }, farColumns(65))).rejects.toThrow('on the validation part, while the weights are finite');
  });

  it('scores and scales values whose squares overflow, and says where there is no score', async () => {
    const huge = await train({ ...farAhead(), model: ModelSpec.parse({ kind: 'mlp', hidden: [4] }) }, farColumns(null, (i) => 1e300 * Math.sin(i)));
    expect(Object.values(MetricValues.parse(huge.test)).every((value) => value !== null)).toBe(true);
    const x = repeat(100, (i) => (i === 90 ? 1e5 : Math.sin(i)));
    const counts = [numbers('t', repeat(100, (i) => i)), numbers('x', x), numbers('y', repeat(100, (i) => Math.round(Math.exp(Math.sin(i)))))];
    const outcome = await train({ ...farAhead(), model: ModelSpec.parse({ kind: 'linear' }), loss: { kind: 'poisson' }, learningRate: 0.3 }, counts);
    expect(outcome.test).toEqual({ mae: null, rmse: null, r2: null });
    expect(outcome.notes).toEqual([expect.stringContaining('The test part has predictions that are not finite')]);
  });

  it('does not mix what cannot be mixed', async () => {
    const model = ModelSpec.parse({ kind: 'mlp', hidden: [4], embeddings: true });
    await expect(train(penguinConfig({ model, mixup: 0.2 }), penguins())).rejects.toMatchObject({ failure: { code: 'train/bad-config', details: { field: 'mixup' } } });
  });
});

/** Rows in time, 60 of which train, 20 validate and 20 test. */
function farAhead(): TrainConfig {
  return trainConfig({
    task: 'regression', target: 'y', features: ['x'], maxEpochs: 30,
    split: { kind: 'time', timeColumn: 't', validationShare: 0.2, testShare: 0.2 },
  });
}

/** A law with one value that is far beyond it. */
function farColumns(outlier: number | null, law = (i: number): number => 2 * Math.sin(i)): ColumnData[] {
  const y = repeat(100, (i) => (i === outlier ? 1e20 : law(i)));
  return [numbers('t', repeat(100, (i) => i)), numbers('x', repeat(100, (i) => Math.sin(i))), numbers('y', y)];
}

describe('a linear model that is solved', () => {
  it('ends at the optimum, with a point per iteration and one score', async () => {
    const config = penguinConfig({ model: ModelSpec.parse({ kind: 'linear', solver: 'exact' }), l2: 0.05, maxEpochs: 2 });
    const outcome = await train(config, penguins());
    const longTrained = await train({ ...config, model: ModelSpec.parse({ kind: 'linear' }), maxEpochs: 400, patience: null, learningRate: 0.02, batchSize: 65_536 }, penguins());
    expect(outcome).toMatchObject({ status: 'done', epochCount: outcome.stepCount, bestEpoch: outcome.stepCount });
    expect(outcome.test.logLoss).toBeCloseTo(longTrained.test.logLoss!, 2);
    expect(outcome.history.filter(({ metric }) => metric === 'loss')).toHaveLength(2);
    expect((await train(config, penguins())).weightsHash).toBe(outcome.weightsHash);
  });

  it('is not disturbed by absurd targets outside the train part', async () => {
    const outcome = await train({ ...farAhead(), model: ModelSpec.parse({ kind: 'linear', solver: 'exact' }) }, farColumns(65));
    expect(outcome.test.r2).toBeGreaterThan(0.999);
  });

  it('refuses what has no such solution', async () => {
    const config = penguinConfig({ model: ModelSpec.parse({ kind: 'linear', solver: 'exact' }), l1: 0.01 });
    await expect(train(config, penguins())).rejects.toThrow('the exact solver has no L1 penalty');
  });
});

it('says in notes what a run did otherwise than asked', async () => {
  const outcome = await train(penguinConfig({ batchSize: 60_000, maxEpochs: 1 }), penguins());
  expect(outcome.notes).toEqual(['A batch is the whole train part of 223 rows; 60000 were asked for.']);
});
