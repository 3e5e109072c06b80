/** Queries that were given a name. */
import type { QueryId } from '../../shared/domain/ids.ts';
import { SavedQuery } from '../../shared/domain/query.ts';
import { basedOn } from './based-on.ts';
import type { AppContext } from './context.ts';
import { listOf, mustHaveExisted, oneOf, plain, type Kind } from './entities.ts';

const queryKind: Kind<typeof SavedQuery> = { type: 'query', word: 'query', schema: SavedQuery, shape: plain };

export function listSavedQueries({ store }: AppContext): SavedQuery[] {
  return listOf(store, queryKind);
}

export function saveQuery({ store }: AppContext, name: string, sql: string): { id: QueryId } {
  const id = store.newId<QueryId>();
  store.commit('queries.save', [{ o: 'create', e: id, t: 'query', f: { name, sql } }]);
  return { id };
}

export function renameQuery({ store }: AppContext, id: QueryId, name: string, seen?: string): void {
  oneOf(store, queryKind, id);
  store.commit('queries.rename', [{ o: 'set', e: id, f: { name } }], basedOn(store, id, 'name', seen));
}

export function writeQuery({ store }: AppContext, id: QueryId, sql: string, seen?: string): void {
  oneOf(store, queryKind, id);
  store.commit('queries.write', [{ o: 'set', e: id, f: { sql } }], basedOn(store, id, 'sql', seen));
}

export function removeQuery({ store }: AppContext, id: QueryId): void {
  oneOf(store, queryKind, id);
  store.commit('queries.remove', [{ o: 'set', e: id, f: { deleted: true } }]);
}

export function restoreQuery({ store }: AppContext, id: QueryId): void {
  mustHaveExisted(store, 'query', id);
  store.commit('queries.restore', [{ o: 'set', e: id, f: { deleted: false } }]);
}
