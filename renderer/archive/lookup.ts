/** Finding things in the data of an archive. Pure. */
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { Dataset } from '../../shared/domain/datasets.ts';
import type { MetricPoint } from '../../shared/domain/runs.ts';

/** The points of every run by its id. */
export function curvesOf(data: ArchiveData): ReadonlyMap<string, readonly MetricPoint[]> {
  return new Map(data.curves.map((curve) => [curve.runId, curve.points]));
}

/** The profile of a dataset's latest version; null where the archive has none. */
export function profileOf(data: ArchiveData, dataset: Dataset): readonly ColumnProfile[] | null {
  const latest = dataset.versions.at(-1);
  return data.profiles.find((one) => one.versionId === latest?.id)?.columns ?? null;
}

/** The path of a file beside the page, as a link; null where the archive does not hold it. */
export function fileLink(data: ArchiveData, key: string): string | null {
  const path = data.files[key];
  return path === undefined ? null : path.split('/').map(encodeURIComponent).join('/');
}
