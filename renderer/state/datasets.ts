/** All datasets of the project, and what a person does to them. */
import { formatTag, type Dataset, type DatasetVersion, type Tag } from '../../shared/domain/datasets.ts';
import type { DatasetId, VersionId } from '../../shared/domain/ids.ts';
import { call } from '../api.ts';
import { createListing, valueOr, type Loadable } from './loadable.ts';

export const datasets = createListing(() => call('datasets.list', {}));

export function useDatasets(): Loadable<readonly Dataset[]> {
  return datasets.useStore((state) => state.list);
}

/** The datasets there are now, outside of React. */
export function currentDatasets(): readonly Dataset[] {
  return valueOr(datasets.useStore.getState().list, []);
}

/** The version and its dataset, for links from runs and reports. */
export function findVersion(all: readonly Dataset[], id: VersionId): { readonly dataset: Dataset; readonly version: DatasetVersion } | null {
  for (const dataset of all) {
    const version = dataset.versions.find((one) => one.id === id);
    if (version) return { dataset, version };
  }
  return null;
}

/** Versions are oldest first and never none. */
export function latestVersion(dataset: Dataset): DatasetVersion {
  const version = dataset.versions.at(-1);
  if (!version) throw new RangeError(`dataset ${dataset.id} has no version`);
  return version;
}

/** Every tag in use, most used first, for suggestions. */
export function tagsInUse(all: readonly Dataset[]): Tag[] {
  const counts = new Map<string, { tag: Tag; count: number }>();
  for (const tag of all.flatMap((dataset) => dataset.tags)) {
    const entry = counts.get(formatTag(tag)) ?? { tag, count: 0 };
    counts.set(formatTag(tag), { tag, count: entry.count + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).map((entry) => entry.tag);
}

export const renameDataset = (id: DatasetId, name: string, basedOn: string) => call('datasets.rename', { id, name, basedOn });
export const describeDataset = (id: DatasetId, description: string, basedOn: string) => call('datasets.describe', { id, description, basedOn });
export const tagDataset = (id: DatasetId, tag: Tag) => call('datasets.tag', { id, tag });
export const untagDataset = (id: DatasetId, tag: Tag) => call('datasets.untag', { id, tag });
export const removeDataset = (id: DatasetId) => call('datasets.remove', { id });
export const restoreDataset = (id: DatasetId) => call('datasets.restore', { id });
