/** ONNX Runtime sessions: the one place that knows its options. `run` blocks its thread, so only workers open sessions. */
import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { providerTitles } from '../../shared/domain/providers.ts';
import type { ProviderName } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';

export { Tensor };
export type Session = InferenceSession;

export interface SessionOptions {
  /** Recorded with a run: large matrix products depend on it bit for bit. */
  readonly threadCount: number;
  /** What runs it; the CPU where it is not given. Nothing else takes its place, but single operators it lacks run on the CPU. */
  readonly provider?: ProviderName;
  /** Refuses a model of which even one operator would run on the CPU. */
  readonly isWhole?: boolean;
  /** Where to write which operator ran on what; the file is whole once the session is released. */
  readonly profilePrefix?: string;
}

/**
 * Opens a model. Denormals count as zero (without it a small network trains five times slower), and nodes run in order.
 * The caller releases the session. Bytes from outside go through `checkModel` first.
 * @throws AppError provider/unavailable; and from `run` provider/lost. What is wrong on the CPU throws as ONNX Runtime says it.
 */
export async function openSession(modelBytes: Uint8Array, options: SessionOptions): Promise<Session> {
  const { provider = 'cpu' } = options;
  if (provider === 'cpu') return InferenceSession.create(modelBytes, runtimeOptions(options, 'cpu'));
  // NVIDIA's libraries read it when they start: products of float32 then keep all its digits, as everywhere else.
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  try {
    return watched(await InferenceSession.create(modelBytes, runtimeOptions(options, provider)), provider);
  } catch (thrown) {
    throw fail('provider/unavailable', { provider: providerTitles[provider], reason: runtimeMessage(thrown) }, thrown);
  }
}

function runtimeOptions({ threadCount, isWhole, profilePrefix }: SessionOptions, provider: ProviderName): InferenceSession.SessionOptions {
  return {
    // One name only: of several, ONNX Runtime would drop in silence those it cannot use.
    executionProviders: [provider],
    intraOpNumThreads: threadCount,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // DirectML moves its buffers itself.
    ...(provider === 'dml' && { enableMemPattern: false }),
    extra: { session: { set_denormal_as_zero: '1', ...(isWhole && { disable_cpu_ep_fallback: '1' }) } },
    ...(profilePrefix !== undefined && { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
}

/** Devices can go away while they work (a driver that resets, memory that runs out): `run` then throws provider/lost. */
export function watched(session: Session, provider: ProviderName): Session {
  const run = session.run.bind(session) as (...all: unknown[]) => Promise<InferenceSession.OnnxValueMapType>;
  return Object.assign(session, {
    run: async (...all: unknown[]) => {
      try {
        return await run(...all);
      } catch (thrown) {
        throw fail('provider/lost', { provider: providerTitles[provider], reason: runtimeMessage(thrown) }, thrown);
      }
    },
  });
}

/** What ONNX Runtime says, on one line and without the place in its sources. */
export function runtimeMessage(thrown: unknown): string {
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s+/g, ' ').trim();
  return message.replace(/^\S*\/onnxruntime\/\S+:\d+ .*? was false\. /, '').replace(/\.$/, '').slice(0, 400);
}

/** The version of ONNX Runtime that runs here. */
export function onnxRuntimeVersion(): string {
  return env.versions.node ?? env.versions.common;
}

/** A float32 tensor over `data`, which is not copied. */
export function floatTensor(data: Float32Array, dims: readonly number[]): Tensor {
  return new Tensor('float32', data, dims);
}

export function int32Tensor(data: Int32Array, dims: readonly number[]): Tensor {
  return new Tensor('int32', data, dims);
}

/** The float32 numbers of an output. */
export function floatsOf(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError('expected a float32 output');
  return tensor.data;
}
