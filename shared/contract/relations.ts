/** What the columns of a version have to do with each other, and with a target. */
import { z } from 'zod';
import { JobId, VersionId } from '../domain/ids.ts';
import { TargetReport } from '../domain/relations.ts';
import { channel } from './channel.ts';

export const relationChannels = {
  /** Compares the columns; the job's outcome is Relations, at once where the content was compared before. */
  'relations.start': channel({ input: z.object({ versionId: VersionId }), output: z.object({ jobId: JobId }), writes: false }),
  /** null takes the column with the role target; answers null where no column has it. */
  'relations.target': channel({ input: z.object({ versionId: VersionId, targetColumn: z.string().min(1).nullable() }), output: TargetReport.nullable(), writes: false }),
};
