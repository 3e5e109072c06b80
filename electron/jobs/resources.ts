/**
 * Samples what this process takes of the computer once a second. It hangs on the reports of the work, because the
 * work blocks the thread between them: a sample covers the time since the one before.
 */
import type { ResourceSample, ResourceSummary } from '../../shared/domain/resources.ts';
import { startGpuSampler, type GpuSampler } from './gpu-sampler.ts';

const everyMs = 1000;

export interface ResourceOptions {
  /** Whether the work runs on a graphics card; else none is looked at. */
  readonly usesGpu: boolean;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

export class ResourceSampler {
  readonly #now: () => number;
  readonly #gpu: GpuSampler | null;
  readonly #startCpu = process.cpuUsage();
  readonly #startedAtMs: number;
  #cpu = this.#startCpu;
  #sampledAtMs: number;
  #sample: ResourceSample | null = null;
  #count = 0;
  #peakMemoryBytes = 0;
  #utilisationSum = 0;
  #utilisationCount = 0;
  #peakGpuBytes: number | null = null;

  constructor({ usesGpu, now = () => performance.now() }: ResourceOptions) {
    this.#now = now;
    this.#startedAtMs = now();
    this.#sampledAtMs = this.#startedAtMs;
    this.#gpu = usesGpu ? startGpuSampler() : null;
  }

  /** The newest sample, at most about a second old; null in the first second. Cheap enough to call with every report. */
  latest(): ResourceSample | null {
    if (this.#now() - this.#sampledAtMs >= everyMs) this.#take();
    return this.#sample;
  }

  /** Takes a last sample and ends; what it was over the whole time. */
  stop(): ResourceSummary {
    this.#take();
    this.#gpu?.stop();
    const gpu = this.#sample?.gpu ?? null;
    return {
      sampleCount: this.#count, meanCpuPercent: cpuPercent(this.#startCpu, this.#sampledAtMs - this.#startedAtMs), peakMemoryBytes: this.#peakMemoryBytes,
      gpu: gpu === null ? null : {
        device: gpu.device, peakMemoryBytes: this.#peakGpuBytes,
        meanUtilisation: this.#utilisationCount > 0 ? this.#utilisationSum / this.#utilisationCount : null,
      },
      gpuReason: this.#sample?.gpuReason ?? null,
    };
  }

  #take(): void {
    const nowMs = this.#now();
    const gpu = this.#gpu?.latest() ?? null;
    const sample: ResourceSample = {
      cpuPercent: cpuPercent(this.#cpu, nowMs - this.#sampledAtMs), memoryBytes: process.memoryUsage.rss(), gpu,
      gpuReason: this.#gpu === null ? 'It runs on the CPU.' : this.#gpu.reason(),
    };
    this.#cpu = process.cpuUsage();
    this.#sampledAtMs = nowMs;
    this.#sample = sample;
    this.#count++;
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, sample.memoryBytes);
    if (gpu?.memoryBytes != null) this.#peakGpuBytes = Math.max(this.#peakGpuBytes ?? 0, gpu.memoryBytes);
    if (gpu?.utilisation != null) {
      this.#utilisationSum += gpu.utilisation;
      this.#utilisationCount++;
    }
  }
}

/** Processor time since `before` as a share of the elapsed time, in percent of one core. */
function cpuPercent(before: NodeJS.CpuUsage, elapsedMs: number): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / Math.max(1, elapsedMs);
}
