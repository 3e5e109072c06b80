/** Notes on columns, tags of many datasets, and searches that were saved. */
import type { ColumnNoteChange } from '../../shared/domain/column-notes.ts';
import type { SavedSearch } from '../../shared/domain/dataset-search.ts';
import type { Tag } from '../../shared/domain/datasets.ts';
import type { DatasetId, SearchId } from '../../shared/domain/ids.ts';
import { call } from '../api.ts';
import { createListing, type Loadable } from './loadable.ts';

export const searches = createListing(() => call('searches.list', {}));

export function useSearches(): Loadable<readonly SavedSearch[]> {
  return searches.useStore((state) => state.list);
}

export const saveSearch = (name: string, query: string) => call('searches.save', { name, query });
export const removeSearch = (id: SearchId) => call('searches.remove', { id });
export const restoreSearch = (id: SearchId) => call('searches.restore', { id });
export const describeColumn = (datasetId: DatasetId, column: string, change: ColumnNoteChange, basedOn?: string) => call('columns.describe', { datasetId, column, change, ...(basedOn === undefined ? {} : { basedOn }) });

/** Answers which datasets changed, for taking it back. */
export async function retagDatasets(ids: readonly DatasetId[], { add = [], remove = [] }: { readonly add?: readonly Tag[]; readonly remove?: readonly Tag[] }): Promise<readonly DatasetId[]> {
  return (await call('datasets.retag', { ids: [...ids], add: [...add], remove: [...remove] })).ids;
}
