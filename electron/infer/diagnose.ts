/** Finds out where training went wrong: which layer first had a number that is not finite, and in which step. */
import { buildDiagnosticGraph } from '../ml/diagnostic-graph.ts';
import type { Probe } from '../ml/diagnostic-graph.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import type { BrokenChunk, Chunk } from './epoch.ts';
import { floatTensor, floatsOf, int32Tensor, openSession } from './session.ts';
import { dataFeeds, int64Scalar } from './trainer.ts';
import type { Trainer, TrainerOptions } from './trainer.ts';

export interface Fault {
  /** The step in which it began; the first is 1. */
  readonly step: number;
  readonly layer: string;
  /** `update`: output and gradient were finite, and the optimizer's step was not. */
  readonly place: Probe['place'] | 'update';
}

/**
 * Brings the trainer back to what the last finite loss was computed from; false, and the state is of no use, where there was
 * no such step, or it was the first, whose weights are untrained.
 */
export async function rewind(trainer: Trainer, broken: BrokenChunk, previous: Chunk | null): Promise<boolean> {
  return broken.brokenStep > 2 && await replayBefore(trainer, broken.brokenStep - 1, [broken, ...(previous ? [previous] : [])]);
}

/** Looks for the first number that is not finite. The trainer's state is another afterwards. Null where it cannot be told. */
export async function findFault(options: TrainerOptions, trainer: Trainer, broken: BrokenChunk, previous: Chunk | null): Promise<Fault | null> {
  const chunks = [broken, ...(previous ? [previous] : [])];
  const inspector = await Inspector.open(options);
  try {
    // Weights that are broken already come from the step before: its gradient, or its update.
    for (const step of [broken.brokenStep, broken.brokenStep - 1]) {
      if (step < 1 || !(await replayBefore(trainer, step, chunks))) return null;
      const bad = firstBroken(trainer.weights);
      if (bad !== null && step === broken.brokenStep) continue;
      const chunk = chunks.find(({ stepCount }) => stepCount < step) as Chunk;
      // The step after the last: its weights are sound, so what broke is the score of the validation part.
      if (step > chunk.stepCount + chunk.rows.length / chunk.rowsPerStep) return null;
      const probe = await inspector.look(trainer, chunk, step);
      if (probe !== null) return { step, ...probe };
      const after = await replayBefore(trainer, step + 1, chunks) ? firstBroken(trainer.state) : null;
      return after === null ? null : { step, layer: after.replace(/^[^/]*\//, '').replace(/\.[^.]*$/, ''), place: 'update' };
    }
    return null;
  } finally {
    await inspector.close();
  }
}

/** The state before a step, from the newest chunk that began before it. */
async function replayBefore(trainer: Trainer, step: number, chunks: readonly Chunk[]): Promise<boolean> {
  const chunk = chunks.find(({ stepCount }) => stepCount < step);
  if (chunk === undefined) return false;
  trainer.restore(chunk.state, chunk.stepCount);
  const steps = step - 1 - chunk.stepCount;
  if (steps > 0) await trainer.runSteps(chunk.data, chunk.rows.subarray(0, steps * chunk.rowsPerStep), chunk.rowsPerStep);
  return true;
}

function firstBroken(tensors: ReadonlyMap<string, Float32Array>): string | null {
  for (const [name, values] of tensors) if (values.some((value) => !Number.isFinite(value))) return name;
  return null;
}

class Inspector {
  readonly #options: TrainerOptions;
  readonly #probes: readonly Probe[];
  readonly #session: Awaited<ReturnType<typeof openSession>>;

  private constructor(options: TrainerOptions, probes: readonly Probe[], session: Awaited<ReturnType<typeof openSession>>) {
    this.#options = options;
    this.#probes = probes;
    this.#session = session;
  }

  static async open(options: TrainerOptions): Promise<Inspector> {
    const { graph, probes } = buildDiagnosticGraph(options.program);
    return new Inspector(options, probes, await openSession(writeOnnx(graph), options.session));
  }

  /** The first probe that is not finite in a step from the trainer's state; of averaged batches the first that has one. */
  async look(trainer: Trainer, { data, rows, rowsPerStep, stepCount }: Chunk, step: number): Promise<Probe | null> {
    const { program: { accumulate, network, isMixed }, mixAt } = this.#options;
    const given = [
      ...network.parameters.map(({ name, shape }) => [`parameter/${name}`, shape, name] as const),
      ...network.buffers.map(({ name, shape }) => [`buffer/${name}`, shape, name] as const),
    ];
    // The weights that steps start from, where the trainer's own are averages.
    const state = trainer.state;
    const own = Object.fromEntries(given.map(([input, shape, name]) => [input, floatTensor(state.get(input) ?? trainer.weights.get(name) as Float32Array, shape)]));
    const at = (step - 1 - stepCount) * rowsPerStep;
    const size = rowsPerStep / accumulate;
    for (let part = 0; part < accumulate; part++) {
      const batch = rows.subarray(at + part * size, at + (part + 1) * size);
      const outputs = await this.#session.run({
        ...dataFeeds(data), rows: int32Tensor(batch, [size]), step: int64Scalar(accumulate > 1 ? step * accumulate + part : step),
        ...(isMixed && { mix: floatTensor(Float32Array.of(mixAt?.(step) ?? 1), []) }), ...own,
      });
      const first = floatsOf(outputs['probes']).findIndex((sum) => Number.isNaN(sum));
      if (first >= 0) return this.#probes[first] as Probe;
    }
    return null;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
