/** What a training gives: the model, the numbers about it, and what should be said about how it was made. */
import { ObjectHash } from '../../shared/domain/ids.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { parameterCount } from '../ml/network.ts';
import type { TrainingSet } from '../ml/training-set.ts';
import { sha256 } from './checkpoint.ts';
import type { Best } from './course.ts';
import { exportModel } from './export-model.ts';
import type { Score } from './score.ts';
import { encodeTrace } from './trace.ts';
import type { Trace } from './trace.ts';
import type { TrainOutcome } from './train.ts';
import { joinFloats } from './join-floats.ts';

export interface OutcomeParts extends Pick<TrainOutcome, 'status' | 'failure' | 'history' | 'epochCount' | 'batchSize' | 'samplesPerSecond' | 'elapsedMs' | 'notes'> {
  readonly set: TrainingSet;
  readonly config: TrainConfig;
  readonly best: Best;
  readonly test: Score;
  readonly trace: Trace;
  /** SHA-256 of the training graph. */
  readonly graphHash: string;
}

export function outcomeOf({ set, config, best, test, trace, graphHash, notes, ...told }: OutcomeParts): TrainOutcome {
  const { split, output, encoding, network, droppedRowCount } = set;
  const classes = output.task === 'classification' ? [...output.classes] : [];
  const weights = new Uint8Array(joinFloats([...network.parameters, ...network.buffers].map(({ name }) => best.weights.get(name) as Float32Array)).buffer);
  return {
    ...told,
    weights, weightsHash: ObjectHash.parse(sha256(weights)), graphHash: ObjectHash.parse(graphHash),
    modelBytes: exportModel(set, best.weights, config.target), traceBytes: encodeTrace(trace),
    validation: best.score.values, test: test.values,
    confusion: test.confusion === null ? null : { classes, counts: test.confusion },
    rowCounts: { train: split.train.length, validation: split.validation.length, test: split.test.length, dropped: droppedRowCount },
    parameterCount: parameterCount(network), bestEpoch: best.epoch, stepCount: trace.losses.length,
    inputs: encoding.columns.map(({ name, type }) => ({ name, type })), classes,
    droppedFeatures: encoding.dropped.map(({ name, reason }) => `${name} ${reason}`),
    notes: [...notesOf(config, set, told.batchSize), ...notes, ...unscored(best, test)],
  };
}

function notesOf(config: TrainConfig, { target, split, order }: TrainingSet, batchSize: number): string[] {
  const notes: string[] = [];
  if (batchSize < config.batchSize) notes.push(`A batch is the whole train part of ${batchSize} rows; ${config.batchSize} were asked for.`);
  if (target.task === 'classification') {
    const seen = new Set<number>();
    for (const row of split.train) seen.add(target.codes[order[row] as number] as number);
    const missing = target.classes.filter((_, code) => !seen.has(code));
    if (missing.length > 0) notes.push(`The train part has no row of ${missing.map((name) => `"${name}"`).join(', ')}, so the model cannot learn it.`);
  }
  return notes;
}

/** Says of parts that have no errors why. */
function unscored(best: Best, test: Score): string[] {
  return ([['validation', best.score], ['test', test]] as const).flatMap(([part, { values }]) => (values.mae === null
    ? [`The ${part} part has predictions that are not finite, so it has no errors; values far from those of the train part give such.`] : []));
}
