/** What a run takes of the computer, sampled once a second while it trains. */
import { z } from 'zod';

/** The graphics card as a whole; other programs are in it. */
export const GpuSample = z.object({
  device: z.string(),
  /** Percent of the time that it computed; null where it does not say. */
  utilisation: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  memoryTotalBytes: z.number().nullable(),
});
export type GpuSample = z.infer<typeof GpuSample>;

export const ResourceSample = z.object({
  /** Of the training process; 100 is one core. */
  cpuPercent: z.number(),
  /** Resident memory of the training process. */
  memoryBytes: z.number(),
  gpu: GpuSample.nullable(),
  /** Why there is nothing about a graphics card; null when there is. */
  gpuReason: z.string().nullable(),
});
export type ResourceSample = z.infer<typeof ResourceSample>;

/** What is kept with a run. */
export const ResourceSummary = z.object({
  sampleCount: z.number().int(),
  meanCpuPercent: z.number(),
  peakMemoryBytes: z.number(),
  gpu: z.object({ device: z.string(), meanUtilisation: z.number().nullable(), peakMemoryBytes: z.number().nullable() }).nullable(),
  gpuReason: z.string().nullable(),
});
export type ResourceSummary = z.infer<typeof ResourceSummary>;
