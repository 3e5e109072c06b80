/**
 * The training bench: an MLP 784-128-10 with batch 64 and Adam on 20,000 rows, in the Loop that the product uses,
 * beside the same graph with one `session.run` a step, and beside PyTorch eager. Rounds alternate between them.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ChunkSize, runEpoch } from '../../electron/infer/epoch.ts';
import { suggestThreadCount } from '../../electron/infer/threads.ts';
import { Trainer } from '../../electron/infer/trainer.ts';
import { flopsPerStep } from '../../electron/ml/network.ts';
import type { Matrix } from '../../electron/ml/training-set.ts';
import { createRandom, range, shuffle } from '../../shared/math/random.ts';
import { crossEntropy, programOf, tableNetwork, trainerOptions } from '../support/programs.ts';
import { median } from './line.ts';
import type { BenchLine } from './line.ts';

const rowCount = 20_000;
const batchSize = 64;
const [inputs, hidden, classes] = [784, 128, 10];
const rounds = 7;
const peerScript = fileURLToPath(new URL('peers/train_torch.py', import.meta.url));

/** Measures samples per second of one epoch; at most two threads, as the goal says. */
export async function benchTrain(): Promise<BenchLine[]> {
  const network = tableNetwork({ kind: 'mlp', hidden: [hidden] }, inputs, classes);
  const threadCount = Math.min(2, suggestThreadCount(flopsPerStep(network, batchSize)));
  const random = createRandom(1);
  const data: Matrix = {
    rowCount, codes: null, w: null,
    x: Float32Array.from({ length: rowCount * inputs }, () => random.unit()),
    y: Int32Array.from({ length: rowCount }, () => random.below(classes)),
  };
  const trainer = await Trainer.open(trainerOptions(programOf(network, crossEntropy(classes)), 1e-3, { session: { threadCount } }));
  const python = process.env['ASSAY_PEERS_PYTHON'];
  const samples = { loop: [] as number[], single: [] as number[], torch: [] as number[] };
  try {
    const chunk = new ChunkSize();
    await timeEpoch(trainer, data, chunk);
    for (let round = 0; round < rounds; round++) {
      samples.loop.push(await timeEpoch(trainer, data, chunk));
      samples.single.push(await timeSingleSteps(trainer, data));
      if (python !== undefined) samples.torch.push(timeTorch(python, threadCount));
    }
  } finally {
    await trainer.close();
  }
  return linesOf(samples);
}

function linesOf(samples: { loop: number[]; single: number[]; torch: number[] }): BenchLine[] {
  const value = Math.round(median(samples.loop));
  const single = Math.round(median(samples.single));
  const shared = { value, unit: 'samples/s', runs: rounds };
  const lines: BenchLine[] = [
    {
      ...shared, name: 'train mlp 784-128-10 batch 64, floor', peer: null, peerValue: null, ratio: value / 120_000,
      goal: '>= 120000 samples/s', holds: value >= 120_000,
    },
    {
      ...shared, name: 'train mlp 784-128-10 batch 64, loop against single steps', peer: 'one session.run per step', peerValue: single,
      ratio: value / single, goal: null, holds: null,
    },
  ];
  const name = 'train mlp 784-128-10 batch 64, against PyTorch eager';
  if (samples.torch.length === 0) {
    lines.push({ ...shared, name, peer: 'PyTorch absent (set ASSAY_PEERS_PYTHON)', peerValue: null, ratio: null, goal: '>= 1.3 x peer', holds: null });
  } else {
    const peerValue = Math.round(median(samples.torch));
    const ratio = value / peerValue;
    lines.push({ ...shared, name, peer: 'PyTorch eager', peerValue, ratio, goal: '>= 1.3 x peer', holds: ratio >= 1.3 });
  }
  return lines;
}

/** One epoch as the product runs it, in chunks; samples per second. */
async function timeEpoch(trainer: Trainer, data: Matrix, chunk: ChunkSize): Promise<number> {
  const startedAtMs = performance.now();
  await runEpoch({
    trainer, data, order: shuffle(range(rowCount), createRandom(2)), rowsPerStep: batchSize, accumulate: 1,
    pacer: { now: () => performance.now(), pause: () => new Promise((resolve) => setImmediate(() => resolve(false))) },
    onChunk: () => undefined,
  }, chunk);
  return (rowCount / (performance.now() - startedAtMs)) * 1000;
}

async function timeSingleSteps(trainer: Trainer, data: Matrix): Promise<number> {
  const order = shuffle(range(rowCount), createRandom(3));
  const steps = Math.floor(rowCount / batchSize);
  const startedAtMs = performance.now();
  for (let i = 0; i < steps; i++) await trainer.runSteps(data, order.subarray(i * batchSize, (i + 1) * batchSize), batchSize);
  return ((steps * batchSize) / (performance.now() - startedAtMs)) * 1000;
}

/** The median epoch of one PyTorch process. */
function timeTorch(python: string, threadCount: number): number {
  const widths = [inputs, hidden, classes].join('-');
  const output = execFileSync(python, [peerScript, ...[rowCount, batchSize, widths, threadCount, 3].map(String)], { encoding: 'utf8' });
  const { seconds } = JSON.parse(output.trim().split('\n').at(-1) as string) as { seconds: number[] };
  return (Math.floor(rowCount / batchSize) * batchSize) / median(seconds);
}
