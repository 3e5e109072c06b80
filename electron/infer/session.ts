/** ONNX Runtime sessions: the one place that knows its options. `run` blocks its thread, so only workers open sessions. */
import { InferenceSession, Tensor, env } from 'onnxruntime-node';

export { Tensor };
export type Session = InferenceSession;

export interface SessionOptions {
  /** Recorded with a run: large matrix products depend on it bit for bit. */
  readonly threadCount: number;
}

/**
 * Opens a model on the CPU. Denormals count as zero (without it a small network trains five times slower),
 * and nodes run in order. The caller releases the session. Bytes from outside go through `checkModel` first.
 */
export async function openSession(modelBytes: Uint8Array, options: SessionOptions): Promise<Session> {
  return InferenceSession.create(modelBytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threadCount,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { set_denormal_as_zero: '1' } },
  });
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
