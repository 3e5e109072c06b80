/** What changed between two versions, and what that does to a model. */
import { z } from 'zod';
import { JobId, ModelId } from '../domain/ids.ts';
import { DiffSpec, DiffView, DiffWindow, VersionDiff, VersionShift } from '../domain/version-diff.ts';
import { channel } from './channel.ts';

export const versionDiffChannels = {
  'versions.diff': channel({ input: z.object({ spec: DiffSpec }), output: VersionDiff, writes: false }),
  /** A page of the rows that differ. */
  'versions.diffRows': channel({ input: z.object({ spec: DiffSpec, view: DiffView }), output: DiffWindow, writes: false }),
  'versions.shift': channel({ input: z.object({ spec: DiffSpec }), output: VersionShift, writes: false }),
  /** Predicts on both versions; the job's outcome is a ModelEffect. */
  'versions.effect': channel({ input: z.object({ spec: DiffSpec, modelId: ModelId }), output: z.object({ jobId: JobId }), writes: false }),
};
