/** What the page inside an archive shows: the whole project as data, embedded in the page itself. */
import { z } from 'zod';
import { ColumnProfile } from './columns.ts';
import { Dataset } from './datasets.ts';
import { DriftReport } from './drift.ts';
import { HistoryEntry } from './history.ts';
import { DatasetId, RunId, VersionId } from './ids.ts';
import { Model } from './models.ts';
import { Page } from './pages.ts';
import { MetricPoint, Run } from './runs.ts';

export const ArchiveData = z.object({
  format: z.literal(1),
  project: z.object({ id: z.string(), name: z.string() }),
  exportedAtMs: z.number(),
  exportedBy: z.string(),
  deviceFingerprint: z.string(),
  appVersion: z.string(),
  pages: z.array(Page),
  datasets: z.array(Dataset),
  /** Of the datasets that have some. */
  datasetNotes: z.array(z.object({ datasetId: DatasetId, text: z.string() })),
  /** Of the latest version of each dataset. */
  profiles: z.array(z.object({ versionId: VersionId, columns: z.array(ColumnProfile) })),
  runs: z.array(Run),
  curves: z.array(z.object({ runId: RunId, points: z.array(MetricPoint) })),
  models: z.array(Model),
  reports: z.array(DriftReport),
  history: z.array(HistoryEntry),
  /** Files of the archive by what they hold: an object hash or an entity id, to a path beside the page. */
  files: z.record(z.string(), z.string()),
});
export type ArchiveData = z.infer<typeof ArchiveData>;

/** Stands in the built page where the data go, as JSON. */
export const archiveDataPlaceholder = '__ASSAY_DATA__';
