/** Searches over datasets that were saved under a name, for everybody of the project. */
import { SavedSearch } from '../../shared/domain/dataset-search.ts';
import type { SearchId } from '../../shared/domain/ids.ts';
import type { AppContext } from './context.ts';
import { listOf, mustHaveExisted, oneOf, plain, type Kind } from './entities.ts';

const searchKind: Kind<typeof SavedSearch> = { type: 'search', word: 'search', schema: SavedSearch, shape: plain };

export function listSearches({ store }: AppContext): SavedSearch[] {
  return listOf(store, searchKind);
}

export function saveSearch({ store }: AppContext, { name, query }: Omit<SavedSearch, 'id'>): { id: SearchId } {
  const id = store.newId<SearchId>();
  store.commit('datasets.saveSearch', [{ o: 'create', e: id, t: 'search', f: { name, query } }]);
  return { id };
}

/** @throws AppError store/not-found */
export function removeSearch({ store }: AppContext, id: SearchId): void {
  oneOf(store, searchKind, id);
  store.commit('datasets.removeSearch', [{ o: 'set', e: id, f: { deleted: true } }]);
}

/** @throws AppError store/not-found */
export function restoreSearch({ store }: AppContext, id: SearchId): void {
  mustHaveExisted(store, 'search', id);
  store.commit('datasets.restoreSearch', [{ o: 'set', e: id, f: { deleted: false } }]);
}
