/** Linear models to the optimum: 100,000 rows x 30 numbers, beside scikit-learn on the same float32 data. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { solveLinear } from '../../../electron/infer/linear.ts';
import type { LossSpec } from '../../../electron/ml/losses.ts';
import { createRandom, range } from '../../../shared/math/random.ts';
import { crossEntropy, tableNetwork } from '../../support/programs.ts';
import { median } from '../line.ts';
import type { BenchLine } from '../line.ts';

const [rowCount, featureWidth] = [100_000, 30];
const rounds = 7;
const threadCount = 2;
const logisticGoal = 6;
/** scikit-learn's C = 1, as a penalty on the mean loss of one logit. */
const penalty = 1 / rowCount;
const rows = range(rowCount);
const peerScript = fileURLToPath(new URL('../peers/linear_sklearn.py', import.meta.url));

interface Peer {
  readonly seconds: number[];
  readonly weight: number[];
  readonly bias: number;
}

/** Milliseconds of a whole fit, compiling the graphs included. @throws Error where our optimum is worse. */
export async function benchLinear(): Promise<BenchLine[]> {
  return [
    await benchKind('logistic', 'logistic regression', 'scikit-learn, lbfgs', logisticGoal),
    await benchKind('squared', 'linear regression', 'scikit-learn, LinearRegression', null),
  ];
}

async function benchKind(kind: 'logistic' | 'squared', title: string, peer: string, goal: number | null): Promise<BenchLine> {
  const { x, y } = madeRows(kind);
  const ours: number[] = [];
  const theirs: Peer[] = [];
  const python = process.env['ASSAY_PEERS_PYTHON'];
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-linear-'));
  try {
    writeFileSync(join(folder, 'x.bin'), new Uint8Array(x.buffer));
    writeFileSync(join(folder, 'y.bin'), new Uint8Array(y.buffer));
    await fit(kind, x, y); // warms up the compiler
    for (let round = 0; round < rounds; round++) {
      const { elapsedMs, weight, bias } = await fit(kind, x, y);
      ours.push(elapsedMs);
      if (python === undefined) continue;
      const found = JSON.parse(execFileSync(python, [peerScript, folder, kind, String(featureWidth), String(threadCount)], { encoding: 'utf8' })) as Peer;
      theirs.push(found);
      const [own, other] = [objective(kind, x, y, weight, bias), objective(kind, x, y, found.weight, found.bias)];
      if (!(own <= other * (1 + 1e-9))) throw new Error(`our ${title} ends at ${own}, scikit-learn's at ${other}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const value = median(ours);
  const peerValue = theirs.length === 0 ? null : median(theirs.map(({ seconds }) => median(seconds))) * 1000;
  const ratio = peerValue === null ? null : peerValue / value;
  return {
    name: `${title} 100,000 x ${featureWidth} to the optimum`, value, unit: 'ms', peer: peerValue === null ? 'scikit-learn absent (set ASSAY_PEERS_PYTHON)' : peer,
    peerValue, ratio, goal: goal === null ? null : `>= ${goal} x peer`, holds: goal === null || ratio === null ? null : ratio >= goal, runs: rounds,
  };
}

/** Features of unequal scales and a signal with noise. */
function madeRows(kind: 'logistic' | 'squared'): { x: Float32Array; y: Int32Array | Float32Array } {
  const random = createRandom(9);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
  const weight = Float64Array.from({ length: featureWidth }, normal);
  const x = Float32Array.from({ length: rowCount * featureWidth }, normal);
  const signal = Float64Array.from({ length: rowCount }, (_, row) => {
    let sum = 0.5;
    for (let i = 0; i < featureWidth; i++) sum += x[row * featureWidth + i]! * weight[i]!;
    return sum / 2;
  });
  if (kind === 'squared') return { x, y: Float32Array.from(signal, (value) => value + normal()) };
  return { x, y: Int32Array.from(signal, (value) => Number(random.unit() < 1 / (1 + Math.exp(-value)))) };
}

async function fit(kind: 'logistic' | 'squared', x: Float32Array, y: Int32Array | Float32Array): Promise<{ elapsedMs: number; weight: number[]; bias: number }> {
  const loss: LossSpec = kind === 'logistic' ? crossEntropy(2) : { kind: 'squared' };
  const outputs = kind === 'logistic' ? 2 : 1;
  const startedAtMs = performance.now();
  const { weights } = await solveLinear({
    // Two outputs carry half of the logit each, so twice the penalty means the same.
    program: { network: tableNetwork({ kind: 'linear' }, featureWidth, outputs), loss, view: { kind: 'rows' }, l1: 0, l2: kind === 'logistic' ? 2 * penalty : 0 },
    data: { rowCount, x, y, codes: null, w: null }, rows, session: { threadCount },
    onIteration: () => undefined, pause: () => Promise.resolve(false),
  });
  const elapsedMs = performance.now() - startedAtMs;
  const [weight, bias] = [weights.get('output.weight')!, weights.get('output.bias')!];
  if (kind === 'squared') return { elapsedMs, weight: [...weight], bias: bias[0]! };
  return { elapsedMs, weight: Array.from({ length: featureWidth }, (_, i) => weight[2 * i + 1]! - weight[2 * i]!), bias: bias[1]! - bias[0]! };
}

/** The mean loss with its penalty, in float64. */
function objective(kind: 'logistic' | 'squared', x: Float32Array, y: Int32Array | Float32Array, weight: readonly number[], bias: number): number {
  let sum = 0;
  for (let row = 0; row < rowCount; row++) {
    let z = bias;
    for (let i = 0; i < featureWidth; i++) z += x[row * featureWidth + i]! * weight[i]!;
    sum += kind === 'squared' ? (z - y[row]!) ** 2 : Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * y[row]!;
  }
  const squares = weight.reduce((total, value) => total + value * value, 0);
  return sum / rowCount + (kind === 'logistic' ? (penalty / 2) * squares : 0);
}
