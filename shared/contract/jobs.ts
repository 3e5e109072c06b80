/** Long work in progress, and the archive jobs. */
import { z } from 'zod';
import { FileHandle, JobId } from '../domain/ids.ts';
import { Job } from '../domain/jobs.ts';
import { OverrideReason } from '../domain/policies.ts';
import { channel } from './channel.ts';

export const jobChannels = {
  'jobs.list': channel({ input: z.object({}), output: z.array(Job), writes: false }),
  'jobs.cancel': channel({ input: z.object({ id: JobId }), output: z.object({}), writes: false }),
  /** Writes the whole project as an .eln archive. */
  'archive.export': channel({ input: z.object({ target: FileHandle, override: OverrideReason.nullable().default(null) }), output: z.object({ jobId: JobId }), writes: false }),
  /** Checks an .eln archive; the report is the job's outcome. */
  'archive.verify': channel({ input: z.object({ file: FileHandle }), output: z.object({ jobId: JobId }), writes: false }),
};
