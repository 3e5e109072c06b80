/** What becomes of a dataset: rows written to a file that the user chose, and everything else that uses it. */
import { z } from 'zod';
import { ExportSettings, ExportSubject } from '../domain/dataset-export.ts';
import { DatasetId, FileHandle, JobId } from '../domain/ids.ts';
import { DatasetUses } from '../domain/lineage.ts';
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
  /** What uses a dataset, besides runs, models and datasets, whose lists say it themselves. */
  'datasets.uses': channel({ input: z.object({ id: DatasetId }), output: DatasetUses, writes: false }),
};
