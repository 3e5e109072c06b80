/** The project as a whole: its name, its people, its health, its history. */
import { z } from 'zod';
import { HistoryEntry } from '../domain/history.ts';
import { VerifyReport } from '../domain/verify.ts';
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
  objectCount: z.number().int(),
  sizeBytes: z.number(),
  /** Files that were set aside, with what is wrong. */
  problems: z.array(z.object({ file: z.string(), what: z.string() })),
});
export type Diagnostics = z.infer<typeof Diagnostics>;

export const projectChannels = {
  'project.get': channel({ input: z.object({}), output: ProjectInfo, writes: false }),
  'project.rename': channel({ input: z.object({ name: z.string().trim().min(1).max(120) }), output: z.object({}), writes: true }),
  'project.diagnose': channel({ input: z.object({}), output: Diagnostics, writes: false }),
  'project.verify': channel({ input: z.object({}), output: VerifyReport, writes: false }),
  'history.list': channel({
    input: z.object({ entity: z.string().nullable(), limit: z.number().int().min(1).max(1000), before: z.number().int().nullable() }),
    output: z.object({ entries: z.array(HistoryEntry), next: z.number().int().nullable() }),
    writes: false,
  }),
};
