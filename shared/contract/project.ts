/** The project as a whole: its name, its people, its health. */
import { z } from 'zod';
import { JobId } from '../domain/ids.ts';
import { FolderProblem } from '../domain/sync.ts';
import { BasedOn } from './based-on.ts';
import { channel } from './channel.ts';

export const ProjectInfo = z.object({
  id: z.string(),
  name: z.string(),
  folder: z.string(),
  person: z.string(),
  deviceFingerprint: z.string(),
  canWrite: z.boolean(),
  readOnlyReason: z.string().nullable(),
  appVersion: z.string(),
  counts: z.object({
    datasets: z.number().int(), runs: z.number().int(), models: z.number().int(), reports: z.number().int(), pages: z.number().int(),
  }),
  sizeBytes: z.number(),
  cpuCount: z.number().int(),
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;

export const Diagnostics = z.object({
  stateHash: z.string(),
  eventCount: z.number().int(),
  /** Events that are durable on this computer and not in the folder yet. */
  unpublishedCount: z.number().int(),
  objectCount: z.number().int(),
  sizeBytes: z.number(),
  /** Of the log alone. */
  logSizeBytes: z.number(),
  segmentCount: z.number().int(),
  /** How many things there are of each kind, removed ones not counted. */
  countsByType: z.array(z.object({ type: z.string(), count: z.number().int() })),
  problems: z.array(FolderProblem),
});
export type Diagnostics = z.infer<typeof Diagnostics>;

/** How far a session of a device is here without a gap. Two computers that differ find out here what one of them lacks. */
export const SessionHead = z.object({ session: z.string(), device: z.string(), person: z.string(), n: z.number().int(), hash: z.string() });
export type SessionHead = z.infer<typeof SessionHead>;

export const projectChannels = {
  'project.get': channel({ input: z.object({}), output: ProjectInfo, writes: false }),
  'project.rename': channel({ input: z.object({ name: z.string().trim().min(1).max(120), basedOn: BasedOn }), output: z.object({}), writes: true }),
  'project.diagnose': channel({ input: z.object({}), output: Diagnostics, writes: false }),
  'project.heads': channel({ input: z.object({}), output: z.array(SessionHead), writes: false }),
  /** Checks every file of the folder; the report is the job's outcome. */
  'project.verify': channel({ input: z.object({}), output: z.object({ jobId: JobId }), writes: false }),
};
