/** Tries and measures providers, each in a process of its own: a driver that hangs or crashes takes nothing with it. */
import { providerNames, type ProviderName } from '../../shared/domain/train-config.ts';
import { AppError, fail, toFailure } from '../../shared/errors.ts';
import type { Obstacle, ProviderProbe } from '../infer/providers.ts';
import type { ProviderCheck, ProviderTasks } from './tasks.ts';
import { WorkerClient, type TaskOptions } from './worker-client.ts';
import type { WorkerLauncher } from './worker-link.ts';

export interface ProviderLimits {
  readonly probeSeconds: number;
  readonly measureSeconds: number;
  readonly memoryMb: number;
}

/** Opening a device may compile its kernels first, which takes TensorRT longest. */
const usualLimits: ProviderLimits = { probeSeconds: 30, measureSeconds: 240, memoryMb: 12_000 };

export interface ProviderOptions {
  readonly launch: WorkerLauncher;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: ProviderLimits;
}

/** What was found: of all providers, whether they work or why not. */
export interface FoundProviders {
  /** Of ONNX Runtime; '' when it does not start at all. */
  readonly version: string;
  readonly probes: readonly ProviderProbe[];
}

/** Tries all providers that are installed, one after the other so that two drivers never start at once. @throws AppError job/cancelled */
export async function probeProviders(options: ProviderOptions): Promise<FoundProviders> {
  const { limits: { probeSeconds } = usualLimits } = options;
  const survey = await saved(inOwnProcess('survey', {}, options, probeSeconds), (what) => ({ version: '', obstacles: failed(what) }));
  const probes: ProviderProbe[] = [];
  for (const name of providerNames) {
    const obstacle = survey.obstacles[name];
    probes.push(obstacle === null
      ? { ...await saved(inOwnProcess('probe', { name }, options, probeSeconds), (what) => ({ obstacle: failed(what)[name], device: null })), name }
      : { name, obstacle, device: null });
  }
  return { version: survey.version, probes };
}

/** The answer of a process, or what is made of how it failed. @throws AppError job/cancelled */
async function saved<T>(answer: Promise<T>, instead: (what: string) => T): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    const { code, what } = toFailure(thrown);
    if (code === 'job/cancelled') throw thrown;
    return instead(what);
  }
}

function failed(what: string): Record<ProviderName, Obstacle> {
  return Object.fromEntries(providerNames.map((name) => [name, {
    reason: `Trying it failed: ${what}`,
    fix: name === 'cpu' ? 'Install Assay again; a system library may be missing or too old.' : 'Update the driver of the graphics card, or use the CPU.',
  }])) as Record<ProviderName, Obstacle>;
}

export interface MeasureOptions extends ProviderOptions {
  readonly onStep?: ((step: string) => void) | undefined;
}

/** Compares a provider with the CPU and times it; what goes wrong is the check's failure. @throws AppError job/cancelled */
export async function measureProvider(name: ProviderName, options: MeasureOptions): Promise<ProviderCheck> {
  const { limits: { measureSeconds } = usualLimits } = options;
  return saved(inOwnProcess('measure', { name }, options, measureSeconds), (what) => ({
    differences: { forward: null, gradient: null, steps: null }, deviceShare: null, operatorsOnCpu: [], tolerance: 0, toleranceReason: '', hasPassed: false, failure: what,
    speeds: { 'small-table': null, 'large-table': null, image: null },
  }));
}

/** Runs one task in a fresh process, which ends with it. @throws AppError its own failure, worker/crashed, worker/timeout, job/cancelled */
async function inOwnProcess<T extends keyof ProviderTasks>(
  task: T, input: ProviderTasks[T]['input'], { launch, signal, limits: { memoryMb } = usualLimits, onStep }: MeasureOptions, seconds: number,
): Promise<ProviderTasks[T]['output']> {
  const client = new WorkerClient('provider', launch, { memoryMb });
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), seconds * 1000);
  try {
    const run = client.run.bind(client) as unknown as (task: T, input: ProviderTasks[T]['input'], options: TaskOptions) => Promise<ProviderTasks[T]['output']>;
    return await run(task, input, {
      signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
      onProgress: (progress: unknown) => onStep?.((progress as { step: string }).step),
    });
  } catch (thrown) {
    const isTimeout = limit.signal.aborted && signal?.aborted !== true && thrown instanceof AppError && thrown.failure.code === 'job/cancelled';
    throw isTimeout ? fail('worker/timeout', { worker: 'provider', seconds }, thrown) : thrown;
  } finally {
    clearTimeout(timer);
    await client.close();
  }
}
