/** What can run a model on this computer: the processor, and whatever ONNX Runtime can use of the rest. */
import { z } from 'zod';
import { ProviderName, type ModelKind, type TrainConfig } from './train-config.ts';

/** Networks whose training is timed, small to large: what is fastest for one is not for another. */
export const workloadNames = ['small-table', 'large-table', 'image'] as const;
export const WorkloadName = z.enum(workloadNames);
export type WorkloadName = z.infer<typeof WorkloadName>;

/** The outcome of a provider's check: how far it is from the CPU, and how fast it trains. */
export const ProviderMeasurement = z.object({
  provider: ProviderName,
  /**
   * |a - b| / |a| in the Euclidean norm, a the CPU's numbers: outputs of a fixed network, its gradient, and losses and
   * weights of ten steps of training. null: it could not be measured, or is not a number.
   */
  differences: z.object({ forward: z.number().nullable(), gradient: z.number().nullable(), steps: z.number().nullable() }),
  /** Of the operators of a training step, the share that ran on the provider and not on the CPU in its place; null when not known. */
  deviceShare: z.number().nullable(),
  /** Kinds of operators that ran on the CPU in its place. */
  operatorsOnCpu: z.array(z.string()),
  /** The largest difference that passes, and why it is that large. */
  tolerance: z.number(),
  toleranceReason: z.string(),
  hasPassed: z.boolean(),
  /** Why it has not passed, as a sentence. */
  failure: z.string().nullable(),
  /** Rows per second of the optimizer steps; null where that network did not run. */
  speeds: z.record(WorkloadName, z.number().nullable()),
  measuredAtMs: z.number(),
});
export type ProviderMeasurement = z.infer<typeof ProviderMeasurement>;

export const ProviderStatus = z.object({
  name: ProviderName,
  title: z.string(),
  isAvailable: z.boolean(),
  /** Why it is not available, and what to do; null when it is. */
  reason: z.string().nullable(),
  fix: z.string().nullable(),
  /** The device, where its name is known. */
  device: z.string().nullable(),
  /** Of ONNX Runtime. */
  version: z.string(),
  /** The last check on this computer with this version; null: never checked. */
  measurement: ProviderMeasurement.nullable(),
});
export type ProviderStatus = z.infer<typeof ProviderStatus>;

export const providerTitles: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPU', cuda: 'CUDA', tensorrt: 'TensorRT', dml: 'DirectML', coreml: 'Core ML', webgpu: 'WebGPU',
};

/** Which of the timed networks is most like a model of a configuration. */
export function workloadFor({ model }: Pick<TrainConfig, 'model'>): WorkloadName {
  if (imageLike.has(model.kind)) return 'image';
  if (model.kind === 'linear') return 'small-table';
  if (model.kind !== 'mlp') return 'large-table';
  // Weights between hidden layers, and from some 64 inputs: above this a step is more than the cost of starting it.
  const weights = model.hidden.reduce((sum, units, i) => sum + units * (i === 0 ? 64 : model.hidden[i - 1] ?? 0), 0);
  return weights < largeWeights ? 'small-table' : 'large-table';
}

const imageLike: ReadonlySet<ModelKind> = new Set(['cnn', 'resnet', 'cnn1d']);
const largeWeights = 32_768;

export interface ProviderChoice {
  readonly provider: ProviderName;
  /** One sentence: why this one. */
  readonly reason: string;
}

/** What "auto" takes: of the providers that passed their check the one that trained the most similar network fastest. */
export function chooseProvider(measurements: readonly ProviderMeasurement[], config: Pick<TrainConfig, 'model'>): ProviderChoice {
  const workload = workloadFor(config);
  const passed = measurements
    .filter(({ hasPassed, speeds }) => hasPassed && (speeds[workload] ?? 0) > 0)
    .map(({ provider, speeds }) => ({ provider, speed: speeds[workload] ?? 0 }))
    .sort((a, b) => b.speed - a.speed);
  const [best, next] = passed;
  if (best === undefined) return { provider: 'cpu', reason: 'No provider has passed its check, so the CPU is used.' };
  const title = providerTitles[best.provider];
  if (next === undefined) return { provider: best.provider, reason: `${title} is the only provider that has passed its check here.` };
  const ratio = (best.speed / next.speed).toLocaleString('en', { maximumSignificantDigits: 2 });
  return { provider: best.provider, reason: `${title} trained a network like this one ${ratio} times as fast as ${providerTitles[next.provider]} on this computer.` };
}
