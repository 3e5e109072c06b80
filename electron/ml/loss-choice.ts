/** From the loss of a configuration to the loss and output of this target. */
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { horizonOf } from './input.ts';
import type { LossSpec } from './losses.ts';
import type { OutputSpec } from './output.ts';
import { balancedClassWeights } from './targets.ts';
import type { Target } from './targets.ts';

const classLosses = ['auto', 'cross-entropy', 'binary-cross-entropy', 'focal'];

/** The loss for `target`. @throws train/bad-config when they do not fit; train/one-class-in-train. */
export function lossOf(config: TrainConfig, target: Target, train: Int32Array): LossSpec {
  const { loss } = config;
  const refuse = (reason: string): Error => fail('train/bad-config', { field: 'loss.kind', value: loss.kind, reason });
  if (target.task === 'regression') {
    switch (loss.kind) {
      case 'auto': return { kind: 'squared' };
      case 'squared': case 'absolute': case 'huber': return loss;
      case 'quantile': return { kind: 'quantile', levels: [...loss.levels].sort((a, b) => a - b) };
      case 'poisson':
        if (train.some((row) => (target.values[row] as number) < 0)) throw refuse('counts cannot be negative.');
        return loss;
      default: throw refuse('it is for classes, and the target is a number.');
    }
  }
  if (!classLosses.includes(loss.kind)) throw refuse('it is for numbers, and the target is a class.');
  const codes = train.map((row) => target.codes[row] as number);
  if (codes.every((code) => code === codes[0])) {
    throw fail('train/one-class-in-train', { column: config.target, value: target.classes[codes[0] as number] as string });
  }
  const classCount = target.classes.length;
  const classWeights = config.classWeights === 'balanced' ? balancedClassWeights(codes, classCount) : null;
  switch (loss.kind) {
    case 'binary-cross-entropy':
      if (classCount !== 2) throw refuse(`it is for two classes, and the target has ${classCount}.`);
      return { kind: 'binary-cross-entropy', classWeights };
    case 'focal': return { kind: 'focal', classCount, classWeights, gamma: loss.gamma };
    case 'cross-entropy': return { kind: 'cross-entropy', classCount, classWeights, labelSmoothing: loss.labelSmoothing, triplet: loss.triplet };
    default: return { kind: 'cross-entropy', classCount, classWeights, labelSmoothing: 0, triplet: null };
  }
}

/** The target's meaning; a numeric one is scaled by the train part's mean and deviation, counts are not. */
export function outputOf({ loss, model }: TrainConfig, target: Target, train: Int32Array): OutputSpec {
  if (target.task === 'classification') return { task: 'classification', classes: target.classes };
  const shape = {
    task: 'regression', horizon: horizonOf(model), isLog: loss.kind === 'poisson',
    levels: loss.kind === 'quantile' ? [...loss.levels].sort((a, b) => a - b) : null,
  } as const;
  if (shape.isLog) return { ...shape, mean: 0, deviation: 1 };
  const { values } = target;
  // Sums of huge values overflow, so they are formed on a smaller scale.
  const largest = train.reduce((most, row) => Math.max(most, Math.abs(values[row] as number)), 0);
  const scale = largest > 1e100 ? largest : 1;
  const scaledMean = meanOver(train, (row) => (values[row] as number) / scale);
  const mean = scaledMean * scale;
  const deviation = Math.sqrt(meanOver(train, (row) => ((values[row] as number) / scale - scaledMean) ** 2)) * scale;
  const isUsable = deviation > Math.max(Math.abs(mean) * 1e-12, 1e-150);
  return { ...shape, mean, deviation: isUsable ? deviation : 1 };
}

function meanOver(rows: Int32Array, term: (row: number) => number): number {
  let sum = 0;
  for (const row of rows) sum += term(row);
  return sum / rows.length;
}
