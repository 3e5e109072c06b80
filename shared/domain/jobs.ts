/** Long work: a job has an id at once, reports progress, and ends in done, failed or cancelled. */
import { z } from 'zod';
import { JobId } from './ids.ts';

export const jobKinds = ['import', 'train', 'rerun', 'predict', 'effect', 'diff', 'drift', 'export', 'verify', 'check', 'profile', 'query'] as const;
export const JobKind = z.enum(jobKinds);
export type JobKind = z.infer<typeof JobKind>;

const FailureShape = z.object({
  code: z.string(), what: z.string(), fix: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** The latest state of a job; of two with the same id the larger `seq` wins. */
export const Job = z.object({
  id: JobId,
  kind: JobKind,
  title: z.string(),
  seq: z.number().int(),
  status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  done: z.number(),
  /** null while unknown. */
  total: z.number().nullable(),
  unit: z.string(),
  /** What it is doing now, in a few words. */
  step: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  /** The ids the job made or works on, for links. */
  subject: z.record(z.string(), z.string()),
  /** The job's outcome where it has one besides `subject` (a verdict, a verify report). */
  outcome: z.unknown(),
  error: FailureShape.nullable(),
});
export type Job = z.infer<typeof Job>;
