/**
 * Inference through the exported file: 1,000,000 rows of 30 raw columns (20 numbers, 10 categories, both with gaps), with the
 * preprocessing and an MLP 64-64 inside, beside onnxruntime for Python fed by pandas through the same preprocessing in scikit-learn.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportModel } from '../../../electron/infer/export-model.ts';
import { predictTable } from '../../../electron/infer/predict.ts';
import { encodedWidth } from '../../../electron/ml/encoding.ts';
import type { Encoding } from '../../../electron/ml/encoding.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { initialState, scopeOver } from '../../../electron/ml/network.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import { prepareTraining } from '../../../electron/ml/training-set.ts';
import type { TrainingSet } from '../../../electron/ml/training-set.ts';
import { rowCountOf } from '../../../shared/domain/column-data.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { createRandom } from '../../../shared/math/random.ts';
import { trainConfig } from '../../support/train-config.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { median } from '../line.ts';
import type { BenchLine } from '../line.ts';

const rowCount = 1_000_000;
const fittedRows = 20_000;
const [numberCount, categoryCount, classCount] = [20, 10, 3];
const rounds = 5;
/** As the product predicts: a second thread gains a fifth on parts this small. */
const threadCount = 1;
const peerThreads = 2;
const goal = 2;
const peerScript = fileURLToPath(new URL('../peers/predict_sklearn.py', import.meta.url));

/** Rows per second of a whole prediction; both sides start from columns in memory. */
export async function benchInference(): Promise<BenchLine[]> {
  const columns = madeColumns();
  const { set, weights, modelBytes } = madeModel(columns);
  const python = process.env['ASSAY_PEERS_PYTHON'];
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-inference-'));
  const samples = { ours: [] as number[], peer: [] as number[] };
  try {
    if (python !== undefined) writeForPeer(folder, columns, set, weights);
    for (let round = 0; round < rounds; round++) {
      const { elapsedMs, probabilities } = await predictOnce(modelBytes, columns);
      samples.ours.push((rowCount / elapsedMs) * 1000);
      if (python === undefined) continue;
      samples.peer.push(rowCount / peerSeconds(python, folder));
      if (round === 0) checkEqual(probabilities, folder);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const value = Math.round(median(samples.ours));
  const peerValue = samples.peer.length === 0 ? null : Math.round(median(samples.peer));
  const ratio = peerValue === null ? null : value / peerValue;
  return [{
    name: `predict 1,000,000 rows x ${numberCount + categoryCount} raw columns, mlp 64-64`, value, unit: 'rows/s',
    peer: peerValue === null ? 'scikit-learn absent (set ASSAY_PEERS_PYTHON)' : 'pandas, scikit-learn, onnxruntime', peerValue, ratio,
    goal: `>= ${goal} x peer`, holds: ratio === null ? null : ratio >= goal, runs: rounds,
  }];
}

async function predictOnce(modelBytes: Uint8Array, columns: readonly ColumnData[]): Promise<{ elapsedMs: number; probabilities: Float32Array }> {
  const startedAtMs = performance.now();
  const predictions = await predictTable({ modelBytes, columns, threadCount });
  const elapsedMs = performance.now() - startedAtMs;
  if (predictions.task !== 'classification') throw new Error('expected classes');
  return { elapsedMs, probabilities: predictions.probabilities };
}

/** Half of the numbers and of the categories have 5 % of gaps; 4 to 40 labels a category. */
function madeColumns(): ColumnData[] {
  const random = createRandom(11);
  const isGap = (i: number): boolean => i % 2 === 0 && random.unit() < 0.05;
  const numbers = Array.from({ length: numberCount }, (_, i): ColumnData => ({
    kind: 'number', name: `n${i}`, type: 'number',
    values: Float64Array.from({ length: rowCount }, () => (isGap(i) ? NaN : (random.unit() + random.unit() - 1) * (i + 1) + 100 * i)),
  }));
  const categories = Array.from({ length: categoryCount }, (_, i): ColumnData => {
    const labels = Array.from({ length: 4 * (i + 1) }, (_, k) => `label ${k} of column ${i}`);
    return { kind: 'category', name: `c${i}`, type: 'category', labels, codes: Int32Array.from({ length: rowCount }, () => (isGap(i) ? -1 : random.below(labels.length))) };
  });
  return [...numbers, ...categories];
}

/** An MLP as it starts: its numbers do not matter here. */
function madeModel(columns: readonly ColumnData[]): { set: TrainingSet; weights: Map<string, Float32Array>; modelBytes: Uint8Array } {
  const random = createRandom(12);
  const target: ColumnData = {
    kind: 'category', name: 'target', type: 'category', labels: ['a', 'b', 'c'], codes: Int32Array.from({ length: fittedRows }, () => random.below(classCount)),
  };
  const config = trainConfig({
    task: 'classification', target: 'target', features: columns.map(({ name }) => name), model: ModelSpec.parse({ kind: 'mlp', hidden: [64, 64] }), maxCategories: 100,
    split: { kind: 'random', timeColumn: null, validationShare: 0.01, testShare: 0.01 },
  });
  const set = prepareTraining(config, [...columns.map((column) => head(column)), target]);
  const { parameters } = initialState(set.network, 1);
  const weights = new Map(set.network.parameters.map(({ name }, i) => [name, parameters[i]!]));
  return { set, weights, modelBytes: exportModel(set, weights, 'target') };
}

function head(column: ColumnData): ColumnData {
  return column.kind === 'number' ? { ...column, values: column.values.slice(0, fittedRows) } : { ...column, codes: column.codes.slice(0, fittedRows) };
}

/** The columns, the rows that the preprocessing is fitted on, and the network alone with its inputs in the peer's order. */
function writeForPeer(folder: string, columns: readonly ColumnData[], set: TrainingSet, weights: ReadonlyMap<string, Float32Array>): void {
  for (const column of columns) {
    const data = column.kind === 'number' ? column.values : column.codes;
    writeFileSync(join(folder, `${column.name}.bin`), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  writeFileSync(join(folder, 'columns.json'), JSON.stringify({
    rowCount: rowCountOf(columns[0]!), train: [...set.split.train],
    columns: set.encoding.columns.map((column) => ({ name: column.name, kind: column.kind, kept: column.kind === 'category' ? column.kept : [] })),
    labels: Object.fromEntries(columns.flatMap((column) => (column.kind === 'category' ? [[column.name, column.labels]] : []))),
  }));
  writeFileSync(join(folder, 'network.onnx'), networkFile(set, weights));
}

function networkFile(set: TrainingSet, weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  const order = peerOrder(set.encoding.columns);
  const [first] = set.network.parameters;
  const units = first!.shape[1]!;
  const moved = weights.get(first!.name)!.slice();
  order.forEach((from, to) => moved.set(weights.get(first!.name)!.subarray(from * units, (from + 1) * units), to * units));
  const graph = new Graph('network');
  const op = ops(graph);
  const features = graph.input('features', 'float32', ['batch', set.network.featureWidth]);
  const parameters = new Map(set.network.parameters.map(({ name, shape }) =>
    [name, graph.constant('float32', shape, name === first!.name ? moved : weights.get(name)!, name)]));
  graph.output('probabilities', op.softmax(set.network.forward(scopeOver(graph, { parameters, buffers: new Map() }, null), { features, codes: null })));
  return writeOnnx(graph);
}

/** scikit-learn's order of our features: all numbers, then what tells that they are missing, then the categories. */
function peerOrder(columns: readonly Encoding[]): number[] {
  const starts: number[] = [];
  let width = 0;
  for (const column of columns) {
    starts.push(width);
    width += encodedWidth(column);
  }
  const each = (pick: (column: Encoding, start: number) => number[]): number[] => columns.flatMap((column, i) => pick(column, starts[i]!));
  return [
    ...each((column, start) => (column.kind === 'number' ? [start] : [])),
    ...each((column, start) => (column.kind === 'number' && column.hasMissing ? [start + 1] : [])),
    ...each((column, start) => (column.kind === 'category' ? Array.from({ length: encodedWidth(column) }, (_, i) => start + i) : [])),
  ];
}

function peerSeconds(python: string, folder: string): number {
  const output = execFileSync(python, [peerScript, folder, String(peerThreads)], { encoding: 'utf8' });
  return (JSON.parse(output.trim().split('\n').at(-1)!) as { seconds: number }).seconds;
}

function checkEqual(ours: Float32Array, folder: string): void {
  const bytes = readFileSync(join(folder, 'probabilities.bin'));
  const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let worst = 0;
  for (let i = 0; i < theirs.length; i++) worst = Math.max(worst, Math.abs(theirs[i]! - ours[i]!));
  if (theirs.length !== ours.length || !(worst < 1e-5)) throw new Error(`the predictions differ by up to ${worst}`);
}
