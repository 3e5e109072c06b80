/**
 * How well the models of tables learn real data, beside scikit-learn's on the same rows and features: logistic regression to the
 * optimum beside LogisticRegression, and an MLP beside MLPClassifier. Scores of the test part; the goal is to be at its level.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trainTable } from '../../../electron/infer/train.ts';
import { buildMatrix, prepareTraining } from '../../../electron/ml/training-set.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import type { TrainConfig } from '../../../shared/domain/train-config.ts';
import { categories, numbers } from '../../support/columns.ts';
import { digitColumns, pixelNames } from '../../support/digits.ts';
import { penguinConfig, penguins, trainConfig } from '../../support/train-config.ts';
import { median } from '../line.ts';
import type { BenchLine } from '../line.ts';

/** Splits, each with its seed. */
const seeds = [1, 2, 3, 4, 5];
/** A share of the test rows; scores of five splits scatter by about this. */
const tolerance = 0.01;
const l2 = 1e-3;
const peerScript = fileURLToPath(new URL('../peers/accuracy_sklearn.py', import.meta.url));

interface Subject {
  readonly name: string;
  readonly columns: readonly ColumnData[];
  readonly config: TrainConfig;
}

/** Accuracy of the test part, the median of five splits. */
export async function benchAccuracy(): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const subject of [penguinSubject(), digitSubject(), flightSubject()]) {
    lines.push(await benchModel(subject, 'logistic', ModelSpec.parse({ kind: 'linear', solver: 'exact' })));
    lines.push(await benchModel(subject, 'mlp', ModelSpec.parse({ kind: 'mlp', hidden: [64] })));
  }
  return lines;
}

async function benchModel({ name, columns, config }: Subject, kind: 'logistic' | 'mlp', model: ModelSpec): Promise<BenchLine> {
  const python = process.env['ASSAY_PEERS_PYTHON'];
  const ours: number[] = [];
  const theirs: number[] = [];
  for (const seed of seeds) {
    const asked = { ...config, model, seed, l2: kind === 'logistic' ? l2 : 0 };
    const { test } = await trainTable({ config: asked, columns, onProgress: () => undefined, shouldStop: () => false });
    ours.push(test.accuracy as number);
    if (python !== undefined) theirs.push(peerAccuracy(python, asked, columns, kind));
  }
  const value = median(ours);
  const peerValue = theirs.length === 0 ? null : median(theirs);
  return {
    name: `accuracy ${name}, ${kind === 'logistic' ? 'logistic regression' : 'mlp 64'}`, value, unit: 'of test rows',
    peer: peerValue === null ? 'scikit-learn absent (set ASSAY_PEERS_PYTHON)' : `scikit-learn, ${kind === 'logistic' ? 'LogisticRegression' : 'MLPClassifier'}`,
    peerValue, ratio: peerValue === null ? null : value / peerValue,
    goal: `>= peer - ${tolerance}`, holds: peerValue === null ? null : value >= peerValue - tolerance, runs: seeds.length,
  };
}

/** scikit-learn on the encoded features of the same train and test rows. */
function peerAccuracy(python: string, config: TrainConfig, columns: readonly ColumnData[], kind: string): number {
  const set = prepareTraining(config, columns);
  const steps = buildMatrix(set);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { x, y } = step.value;
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-accuracy-'));
  try {
    const write = (file: string, data: Float32Array | Int32Array): void => writeFileSync(join(folder, file), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    write('x.bin', x!);
    write('y.bin', y);
    write('train.bin', set.split.train);
    write('test.bin', set.split.test);
    const output = execFileSync(python, [peerScript, folder, kind, String(set.network.featureWidth), String(l2), String(config.seed)], { encoding: 'utf8' });
    return (JSON.parse(output) as { accuracy: number }).accuracy;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function penguinSubject(): Subject {
  return { name: 'penguins, species', columns: penguins(), config: penguinConfig({ maxEpochs: 100 }) };
}

function digitSubject(): Subject {
  return {
    name: 'digits, 4,000 of MNIST', columns: digitColumns(4000),
    config: trainConfig({
      task: 'classification', target: 'digit', features: [...pixelNames], maxEpochs: 30, patience: 5, batchSize: 64, learningRate: 1e-3,
      split: { kind: 'stratified', timeColumn: null, validationShare: 0.1, testShare: 0.25 },
    }),
  };
}

/** 10,000 flights: whether one came a quarter of an hour late or more, from when it left, how far it went, and between which places. */
function flightSubject(): Subject {
  const file = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/flights-10k.json', import.meta.url));
  const rows = JSON.parse(readFileSync(file, 'utf8')) as { date: string; delay: number; distance: number; origin: string; destination: string }[];
  const dates = rows.map(({ date }) => new Date(date.replaceAll('/', '-').replace(' ', 'T')));
  return {
    name: 'flights, late or not', columns: [
      numbers('hour', dates.map((date) => date.getHours())), numbers('weekday', dates.map((date) => date.getDay())),
      numbers('distance', rows.map(({ distance }) => distance)),
      categories('origin', rows.map(({ origin }) => origin)), categories('destination', rows.map(({ destination }) => destination)),
      categories('late', rows.map(({ delay }) => (delay >= 15 ? 'yes' : 'no'))),
    ],
    config: trainConfig({
      task: 'classification', target: 'late', features: ['hour', 'weekday', 'distance', 'origin', 'destination'], maxEpochs: 30, patience: 5,
      batchSize: 64, learningRate: 1e-3, maxCategories: 50, split: { kind: 'stratified', timeColumn: null, validationShare: 0.15, testShare: 0.25 },
    }),
  };
}
