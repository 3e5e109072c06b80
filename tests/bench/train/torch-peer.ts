/** PyTorch beside us: one process that trains on request, so that rounds alternate. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Trainer } from '../../../electron/infer/trainer.ts';
import type { Program } from '../../../electron/ml/training-graph.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { createRandom, range, shuffle } from '../../../shared/math/random.ts';
import { trainerOptions } from '../../support/programs.ts';
import { median } from '../line.ts';
import type { BenchLine } from '../line.ts';

const peerScript = fileURLToPath(new URL('../peers/networks_torch.py', import.meta.url));
const roundMs = 500;
/** ONNX Runtime's threads wait for work a while before they sleep; the peer shall not pay for that. */
export const restMs = 300;

export interface TorchComparison {
  /** For example "cnn 28x28 batch 64". */
  readonly name: string;
  readonly program: Program;
  readonly data: Matrix;
  readonly batchSize: number;
  readonly threadCount: number;
  /** As peers/networks_torch.py names it. */
  readonly model: string;
  /** The first one is what ours must beat by the first goal; the fastest of all is for the second. */
  readonly variants: readonly string[];
  /** Ratios of times, theirs to ours. */
  readonly goals: { readonly eager: number; readonly best: number };
  readonly rounds?: number;
}

interface Measured {
  readonly variant: string;
  readonly stepMs: number;
}

/** Milliseconds per step of both sides, in alternating rounds of about half a second each. */
export async function besideTorch(comparison: TorchComparison): Promise<BenchLine[]> {
  const { program, data, batchSize, threadCount, model, variants, rounds = 5 } = comparison;
  const trainer = await Trainer.open(trainerOptions(program, 1e-3, { session: { threadCount } }));
  const peer = TorchPeer.open(model, batchSize, threadCount);
  const ours: number[] = [];
  const theirs = variants.map((): number[] => []);
  try {
    await measureSteps(trainer, data, batchSize, 3);
    const steps = Math.max(3, Math.round(roundMs / await measureSteps(trainer, data, batchSize, 3)));
    for (let round = 0; round < rounds; round++) {
      ours.push(await measureSteps(trainer, data, batchSize, steps));
      if (peer === null) continue;
      await setTimeout(restMs);
      for (const [i, variant] of variants.entries()) theirs[i]?.push(await peer.stepMs(variant, steps));
    }
  } finally {
    await trainer.close();
    await peer?.close();
  }
  const measured = variants.map((variant, i) => ({ variant, samples: theirs[i] as number[] }))
    .flatMap(({ variant, samples }) => (samples.length === 0 ? [] : [{ variant, stepMs: median(samples) }]));
  return linesOf(comparison, { value: median(ours), unit: 'ms/step', runs: rounds }, measured);
}

function linesOf(
  { name, goals }: TorchComparison, shared: Pick<BenchLine, 'value' | 'unit' | 'runs'>, measured: readonly Measured[],
): BenchLine[] {
  const line = (words: string, peer: Measured | undefined, goal: number): BenchLine => {
    const ratio = peer === undefined ? null : peer.stepMs / shared.value;
    return {
      ...shared, name: `train ${name}, against ${words}`,
      peer: peer === undefined ? 'PyTorch absent (set ASSAY_PEERS_PYTHON)' : `PyTorch ${peer.variant}`, peerValue: peer?.stepMs ?? null,
      ratio, goal: `>= ${goal} x peer`, holds: ratio === null ? null : ratio >= goal,
    };
  };
  const best = [...measured].sort((a, b) => a.stepMs - b.stepMs)[0];
  return [line('PyTorch eager', measured[0], goals.eager), line("PyTorch's best", best, goals.best)];
}

async function measureSteps(trainer: Trainer, data: Matrix, batchSize: number, steps: number): Promise<number> {
  const order = new Int32Array(steps * batchSize);
  for (let at = 0; at < order.length; at += data.rowCount) {
    order.set(shuffle(range(data.rowCount), createRandom(at)).subarray(0, order.length - at), at);
  }
  const startedAtMs = performance.now();
  await trainer.runSteps(data, order, batchSize);
  return (performance.now() - startedAtMs) / steps;
}

/** A PyTorch process that trains one model on request. */
export class TorchPeer {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#answers = createInterface({ input: process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** The Python is the one of ASSAY_PEERS_PYTHON; null where that is not set. */
  static open(model: string, batchSize: number, threadCount: number): TorchPeer | null {
    const python = process.env['ASSAY_PEERS_PYTHON'];
    if (python === undefined) return null;
    return new TorchPeer(spawn(python, [peerScript, model, ...[batchSize, threadCount].map(String)], { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  /** Milliseconds per step of a variant, over `steps` steps. */
  async stepMs(variant: string, steps: number): Promise<number> {
    this.#process.stdin?.write(`${variant} ${steps}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error('the peer ended before it answered');
    return ((JSON.parse(value) as { seconds: number }).seconds / steps) * 1000;
  }

  async close(): Promise<void> {
    this.#process.stdin?.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}
