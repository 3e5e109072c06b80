/** Writing rows out to a file that the user chose. */
import { z } from 'zod';
import { ExportSettings, ExportSubject } from '../domain/dataset-export.ts';
import { FileHandle, JobId } from '../domain/ids.ts';
import { OverrideReason } from '../domain/policies.ts';
import { RowView } from '../domain/query.ts';
import { channel } from './channel.ts';

export const exportChannels = {
  /** The job's outcome is an ExportOutcome. Who chose the file has said that one of that name may be replaced. */
  'datasets.export': channel({
    input: z.object({ rows: ExportSubject, view: RowView, target: FileHandle, settings: ExportSettings, override: OverrideReason.nullable().default(null) }),
    output: z.object({ jobId: JobId }),
    writes: false,
  }),
};
