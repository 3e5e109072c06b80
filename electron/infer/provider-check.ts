/**
 * Checks a provider: the same small networks on it and on the CPU must give the same numbers, forward, backward and over
 * ten steps of training, through the training program that runs use; then it is timed on networks of three sizes.
 */
import type { ProviderName } from '../../shared/domain/train-config.ts';
import { workloadNames, type ProviderMeasurement, type WorkloadName } from '../../shared/domain/providers.ts';
import { fail } from '../../shared/errors.ts';
import { createRandom } from '../../shared/math/random.ts';
import { flopsPerStep } from '../ml/network.ts';
import { createOptimizer } from '../ml/optimizers/index.ts';
import type { Optimizer } from '../ml/optimizers/optimizer.ts';
import { profiled } from './provider-profile.ts';
import { compared, randomData, timed, type Subject } from './provider-subjects.ts';
import type { SessionOptions } from './session.ts';
import { suggestThreadCount } from './threads.ts';
import { Trainer } from './trainer.ts';
import { joinFloats } from './join-floats.ts';

/** The part of a measurement that one process finds out. */
type Check = Omit<ProviderMeasurement, 'provider' | 'measuredAtMs'>;
type Differences = Check['differences'];

const batchSize = 64;
const comparedSteps = 10;
const learningRate = 0.001;
/** How long a run of steps takes that is timed, and how many there are; the median counts. */
const timedMs = 100;
const timedRuns = 5;

export interface CheckOptions {
  /** What it is doing, in a few words. */
  report(step: string): void;
  shouldStop(): boolean;
}

/** Checks and times a provider in this process. @throws AppError provider/unavailable, provider/lost, job/cancelled */
export async function measureProvider(provider: ProviderName, { report, shouldStop }: CheckOptions): Promise<Check> {
  const goOn = (step: string): void => {
    if (shouldStop()) throw fail('job/cancelled');
    report(step);
  };
  const all: Differences[] = [];
  const { use } = await profiled(provider, async (profilePrefix) => {
    for (const subject of compared) {
      goOn(`comparing ${subject.title} with the CPU`);
      all.push(differencesOf(await numbersOf(subject, { provider: 'cpu' }), await numbersOf(subject, { provider, profilePrefix })));
    }
  });
  const differences = worst(all);
  const speeds: Record<WorkloadName, number | null> = { 'small-table': null, 'large-table': null, image: null };
  const verdict = judge(provider, differences, use.share);
  if (verdict.hasPassed) {
    for (const name of workloadNames) {
      goOn(`timing ${timed[name].title}`);
      speeds[name] = await rowsPerSecond(timed[name], provider);
    }
  }
  return { differences, deviceShare: use.share, operatorsOnCpu: [...use.onCpu], ...verdict, speeds };
}

/** Whether a provider passes: it ran the program itself, and no difference is too large. */
export function judge(provider: ProviderName, differences: Differences, deviceShare: number): Pick<Check, 'tolerance' | 'toleranceReason' | 'hasPassed' | 'failure'> {
  const tolerance = provider === 'cpu' ? 0 : 1e-3;
  const toleranceReason = provider === 'cpu'
    ? 'The same program on the same processor gives the same bits.'
    : 'Other devices add in another order. Float32 holds 7 digits, and ten steps of training may cost up to 4 of them.';
  const parts = [['output', differences.forward], ['gradient', differences.gradient], ['training over ten steps', differences.steps]] as const;
  const bad = parts.find(([, difference]) => difference === null || difference > tolerance);
  const failure = deviceShare === 0 ? 'No operator of a training step ran on it; all ran on the CPU in its place.'
    : bad === undefined ? null
    : bad[1] === null ? `The ${bad[0]} is not a number.`
      : `The ${bad[0]} differs from the CPU's by ${bad[1].toPrecision(2)} of its size; up to ${tolerance} passes.`;
  return { tolerance, toleranceReason, hasPassed: failure === null, failure };
}

/** |a - b| / |a| in the Euclidean norm; null where it is not a finite number. Summed in float64. */
export function relativeDifference(a: Float32Array, b: Float32Array): number | null {
  if (a.length !== b.length) return null;
  let [apart, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    apart += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (a[i] as number) ** 2;
  }
  const difference = apart === 0 ? 0 : Math.sqrt(apart / size);
  return Number.isFinite(difference) ? difference : null;
}

interface Numbers {
  readonly output: Float32Array;
  readonly gradient: Float32Array;
  readonly losses: Float32Array;
  readonly weights: Float32Array;
}

type Place = Omit<SessionOptions, 'threadCount'>;

async function numbersOf(subject: Subject, place: Place): Promise<Numbers> {
  const rows = Int32Array.from({ length: batchSize * comparedSteps }, (_, i) => i);
  const data = randomData(subject, rows.length);
  const first = rows.subarray(0, batchSize);
  const { output, gradient } = await withTrainer(subject, place, keepGradient, async (trainer) => {
    const evaluation = await trainer.evaluate(data, first, trainer.weights, async () => undefined);
    await trainer.runSteps(data, first, batchSize);
    const slots = [...trainer.state].filter(([name]) => name.startsWith('gradient/')).map(([, values]) => values);
    return { output: evaluation.output, gradient: joinFloats(slots) };
  });
  const { losses, weights } = await withTrainer(subject, place, createOptimizer({ kind: 'adam' }), async (trainer) => ({
    losses: await trainer.runSteps(data, rows, batchSize), weights: joinFloats([...trainer.weights.values()]),
  }));
  return { output, gradient, losses, weights };
}

/** Leaves the parameters as they are, and their gradient in the state. */
const keepGradient: Optimizer = {
  slots: ['gradient'], decays: false, scalars: [], scalarsAt: () => [],
  update: (_op, { parameter }, gradient) => ({ parameter, slots: [gradient] }),
};

function differencesOf(cpu: Numbers, other: Numbers): Differences {
  return {
    forward: relativeDifference(cpu.output, other.output), gradient: relativeDifference(cpu.gradient, other.gradient),
    steps: largest([relativeDifference(cpu.losses, other.losses), relativeDifference(cpu.weights, other.weights)]),
  };
}

function worst(all: readonly Differences[]): Differences {
  return { forward: largest(all.map(({ forward }) => forward)), gradient: largest(all.map(({ gradient }) => gradient)), steps: largest(all.map(({ steps }) => steps)) };
}

function largest(differences: readonly (number | null)[]): number | null {
  return differences.reduce((most, each) => (most === null || each === null ? null : Math.max(most, each)), 0);
}

/** The median over runs of optimizer steps, after one that warms up. */
async function rowsPerSecond(subject: Subject, provider: ProviderName): Promise<number> {
  const data = randomData(subject, 2048);
  const random = createRandom(2, 'provider-check');
  const threadCount = suggestThreadCount(flopsPerStep(subject.network, batchSize));
  return withTrainer(subject, { provider }, createOptimizer({ kind: 'adam' }), async (trainer) => {
    const run = async (steps: number): Promise<number> => {
      const rows = Int32Array.from({ length: steps * batchSize }, () => random.below(data.rowCount));
      const startedAtMs = performance.now();
      await trainer.runSteps(data, rows, batchSize);
      return performance.now() - startedAtMs;
    };
    await run(4);
    const steps = Math.min(5000, Math.max(1, Math.round((8 * timedMs) / await run(8))));
    const times: number[] = [];
    for (let i = 0; i < timedRuns; i++) times.push(await run(steps));
    return (steps * batchSize * 1000) / (times.sort((a, b) => a - b)[Math.floor(timedRuns / 2)] as number);
  }, threadCount);
}

async function withTrainer<T>(subject: Subject, place: Place, optimizer: Optimizer, work: (trainer: Trainer) => Promise<T>, threadCount = 1): Promise<T> {
  const trainer = await Trainer.open({
    program: {
      network: subject.network, optimizer, loss: { kind: 'cross-entropy', classCount: subject.network.outputWidth, classWeights: null, labelSmoothing: 0, triplet: null }, view: { kind: 'rows' },
      seed: 1, hasWeights: false, l1: 0, l2: 0, clipNorm: null, clipValue: null, accumulate: 1, averageDecay: null, isMixed: false,
    },
    session: { ...place, threadCount }, rateAt: () => learningRate, seed: 1,
  });
  try {
    return await work(trainer);
  } finally {
    await trainer.close();
  }
}
