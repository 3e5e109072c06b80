/** Where each version of a dataset came from, and what was made of it. Pure: joins what the lists of the project say. */
import { z } from 'zod';
import { ExportRecord } from './dataset-export.ts';
import type { Dataset, DatasetVersion } from './datasets.ts';
import { PageId, ReportId, VersionId, type RunId } from './ids.ts';
import type { Model } from './models.ts';
import type { Run } from './runs.ts';

/** What only the store knows of the use of a dataset. */
export const DatasetUses = z.object({
  /** Drift reports over versions of it. */
  reports: z.array(z.object({ id: ReportId, name: z.string(), versionIds: z.array(VersionId) })),
  /** Pages that show it. */
  pages: z.array(z.object({ id: PageId, title: z.string() })),
  /** Oldest first. */
  exports: z.array(ExportRecord),
});
export type DatasetUses = z.infer<typeof DatasetUses>;

export interface VersionOfDataset { readonly dataset: Dataset; readonly version: DatasetVersion; }

/** One version between what it was made of and what was made of it. */
export interface LineageStep {
  readonly version: DatasetVersion;
  /** Versions of this project that it was computed from; null for one that was removed. */
  readonly inputs: readonly (VersionOfDataset | null)[];
  /** The run whose model predicted it. */
  readonly predictedBy: Run | null;
  /** Newest first. */
  readonly runs: readonly Run[];
  readonly models: readonly Model[];
  /** Versions that a query or a prediction computed from it. */
  readonly derived: readonly VersionOfDataset[];
  readonly reports: DatasetUses['reports'];
  readonly exports: DatasetUses['exports'];
}

export interface LineageSources {
  readonly datasets: readonly Dataset[];
  readonly runs: readonly Run[];
  readonly models: readonly Model[];
  readonly uses: DatasetUses;
}

/** Newest version first. One pass over runs and datasets. */
export function lineageOf(dataset: Dataset, { datasets, runs, models, uses }: LineageSources): LineageStep[] {
  const own = new Set(dataset.versions.map(({ id }) => id));
  const versionOf = new Map(datasets.flatMap((one) => one.versions.map((version): [VersionId, VersionOfDataset] => [version.id, { dataset: one, version }])));
  const derived = [...versionOf.values()].filter(({ version }) => inputIds(version).some((id) => own.has(id)));
  const runsOf = new Map(dataset.versions.map(({ id }): [VersionId, Run[]] => [id, []]));
  for (const run of runs) runsOf.get(run.config.versionId)?.push(run);
  const makers = new Set(dataset.versions.flatMap(({ source }): RunId[] => (source.kind === 'prediction' ? [source.runId] : [])));
  const makerOf = new Map(runs.filter(({ id }) => makers.has(id)).map((run) => [run.id, run]));
  return dataset.versions.toReversed().map((version): LineageStep => {
    const trained = (runsOf.get(version.id) ?? []).toSorted((a, b) => b.startedAtMs - a.startedAtMs);
    const trainedIds = new Set(trained.map(({ id }) => id));
    return {
      version,
      inputs: inputIds(version).map((id) => versionOf.get(id) ?? null),
      predictedBy: version.source.kind === 'prediction' ? makerOf.get(version.source.runId) ?? null : null,
      runs: trained,
      models: models.filter(({ runId }) => trainedIds.has(runId)),
      derived: derived.filter((one) => inputIds(one.version).includes(version.id)),
      reports: uses.reports.filter(({ versionIds }) => versionIds.includes(version.id)),
      exports: uses.exports.filter(({ versionId }) => versionId === version.id),
    };
  });
}

function inputIds({ source }: DatasetVersion): readonly VersionId[] {
  if ('inputVersionIds' in source) return source.inputVersionIds;
  return 'inputVersionId' in source && source.inputVersionId !== null ? [source.inputVersionId] : [];
}
