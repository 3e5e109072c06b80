/**
 * Training of MLPs with Adam: each in the Loop that the product uses, beside PyTorch eager and its fused Adam; one of them
 * also beside the same graph with one `session.run` a step, and an epoch in chunks beside one in a single call.
 */
import { setTimeout } from 'node:timers/promises';
import { ChunkSize, runEpoch } from '../../../electron/infer/epoch.ts';
import { suggestThreadCount } from '../../../electron/infer/threads.ts';
import { Trainer } from '../../../electron/infer/trainer.ts';
import { flopsPerStep } from '../../../electron/ml/network.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { createRandom, range, shuffle } from '../../../shared/math/random.ts';
import { crossEntropy, programOf, tableNetwork, trainerOptions } from '../../support/programs.ts';
import { median } from '../line.ts';
import type { BenchLine } from '../line.ts';
import { restMs, TorchPeer } from './torch-peer.ts';

interface Subject {
  readonly widths: readonly number[];
  readonly batchSize: number;
  readonly rowCount: number;
  /** Ratios to reach against PyTorch eager, and against its fused Adam. */
  readonly goals: { readonly eager: number; readonly fused: number };
}

const subjects: readonly Subject[] = [
  { widths: [30, 64, 64, 3], batchSize: 64, rowCount: 32_000, goals: { eager: 6, fused: 4.5 } },
  { widths: [784, 128, 10], batchSize: 64, rowCount: 12_800, goals: { eager: 2, fused: 1.6 } },
  { widths: [784, 512, 512, 10], batchSize: 128, rowCount: 5_120, goals: { eager: 1.5, fused: 1.05 } },
];
const rounds = 5;
const epochsPerRound = 10;
const peerThreads = 2;
const overheadGoal = 1.03;
const floorSamples = 120_000;

/** Samples per second of whole epochs; rounds alternate between the sides. */
export async function benchMlp(): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const subject of subjects) lines.push(...await benchSubject(subject));
  return lines;
}

interface Samples {
  readonly chunks: number[];
  readonly call: number[];
  readonly single: number[];
  readonly eager: number[];
  readonly fused: number[];
}

async function benchSubject(subject: Subject): Promise<BenchLine[]> {
  const { widths, batchSize, rowCount } = subject;
  const [inputs, classes] = [widths[0]!, widths.at(-1)!];
  const network = tableNetwork({ kind: 'mlp', hidden: widths.slice(1, -1) }, inputs, classes);
  const threadCount = Math.min(2, suggestThreadCount(flopsPerStep(network, batchSize)));
  const random = createRandom(1);
  const data: Matrix = {
    rowCount, codes: null, w: null,
    x: Float32Array.from({ length: rowCount * inputs }, () => random.unit()),
    y: Int32Array.from({ length: rowCount }, () => random.below(classes)),
  };
  const trainer = await Trainer.open(trainerOptions(programOf(network, crossEntropy(classes)), 1e-3, { session: { threadCount } }));
  const peer = TorchPeer.open(`mlp-${widths.join('-')}`, batchSize, peerThreads);
  const samples: Samples = { chunks: [], call: [], single: [], eager: [], fused: [] };
  try {
    const chunk = new ChunkSize();
    await timeChunks(trainer, data, batchSize, chunk);
    for (let round = 0; round < rounds; round++) {
      // An epoch takes a tenth of a second, in which a machine may do anything else: many of them, each kind first every other time.
      const epochs = { chunks: [] as number[], call: [] as number[] };
      for (let i = 0; i < epochsPerRound; i++) {
        const kinds = i % 2 === 0 ? ['chunks', 'call'] as const : ['call', 'chunks'] as const;
        for (const kind of kinds) {
          epochs[kind].push(kind === 'chunks' ? await timeChunks(trainer, data, batchSize, chunk) : await timeSteps(trainer, data, batchSize, rowCount / batchSize));
        }
      }
      samples.chunks.push(median(epochs.chunks));
      samples.call.push(median(epochs.call));
      samples.single.push(await timeSteps(trainer, data, batchSize, 1));
      if (peer === null) continue;
      await setTimeout(restMs);
      for (const kind of ['eager', 'fused'] as const) samples[kind].push((batchSize / await peer.stepMs(kind, rowCount / batchSize)) * 1000);
    }
  } finally {
    await trainer.close();
    await peer?.close();
  }
  return linesOf(subject, samples);
}

function linesOf({ widths, batchSize, goals }: Subject, samples: Samples): BenchLine[] {
  const name = `train mlp ${widths.join('-')} batch ${batchSize}`;
  const value = Math.round(median(samples.chunks));
  const shared = { value, unit: 'samples/s', runs: rounds };
  const beside = (suffix: string, peer: string, theirs: readonly number[], goal: number | null): BenchLine => {
    const peerValue = theirs.length === 0 ? null : Math.round(median(theirs));
    const ratio = peerValue === null ? null : value / peerValue;
    return {
      ...shared, name: `${name}, ${suffix}`, peer: peerValue === null ? `${peer} absent (set ASSAY_PEERS_PYTHON)` : peer, peerValue, ratio,
      goal: goal === null ? null : `>= ${goal} x peer`, holds: goal === null || ratio === null ? null : ratio >= goal,
    };
  };
  // Each round's chunks beside its own single call: what changes between rounds is not overhead.
  const overhead = median(samples.chunks.map((chunks, i) => samples.call[i]! / chunks));
  return [
    beside('against PyTorch eager', 'PyTorch eager', samples.eager, goals.eager),
    beside('against its fused Adam', 'PyTorch fused', samples.fused, goals.fused),
    beside('loop against single steps', 'one session.run per step', samples.single, null),
    {
      name: `${name}, an epoch in chunks`, value: overhead, unit: 'x one call', peer: null, peerValue: null, ratio: null,
      goal: `<= ${overheadGoal}`, holds: overhead <= overheadGoal, runs: rounds,
    },
    ...(widths.length === 3 ? [{
      ...shared, name: `${name}, floor`, peer: null, peerValue: null, ratio: value / floorSamples,
      goal: `>= ${floorSamples} samples/s`, holds: value >= floorSamples,
    }] : []),
  ];
}

/** One epoch as the product runs it, in chunks; samples per second. */
async function timeChunks(trainer: Trainer, data: Matrix, batchSize: number, chunk: ChunkSize): Promise<number> {
  const order = shuffle(range(data.rowCount), createRandom(2));
  const startedAtMs = performance.now();
  await runEpoch({
    trainer, data, order, rowsPerStep: batchSize, accumulate: 1,
    pacer: { now: () => performance.now(), pause: () => new Promise((resolve) => setImmediate(() => resolve(false))) },
    onChunk: () => undefined,
  }, chunk);
  return (data.rowCount / (performance.now() - startedAtMs)) * 1000;
}

/** One epoch with `steps` steps a call; samples per second. */
async function timeSteps(trainer: Trainer, data: Matrix, batchSize: number, steps: number): Promise<number> {
  const order = shuffle(range(data.rowCount), createRandom(3));
  const rows = steps * batchSize;
  const startedAtMs = performance.now();
  for (let from = 0; from < order.length; from += rows) await trainer.runSteps(data, order.subarray(from, from + rows), batchSize);
  return (data.rowCount / (performance.now() - startedAtMs)) * 1000;
}
