/** Notebook pages, as the rail lists them. */
import type { PageId } from '../../shared/domain/ids.ts';
import type { PageSummary } from '../../shared/domain/pages.ts';
import { call } from '../api.ts';
import { createListing, valueOr, type Loadable } from './loadable.ts';

export const pages = createListing(() => call('pages.list', {}));

export function usePages(): Loadable<readonly PageSummary[]> {
  return pages.useStore((state) => state.list);
}

export function currentPages(): readonly PageSummary[] {
  return valueOr(pages.useStore.getState().list, []);
}

export const createPage = (title: string) => call('pages.create', { title });
export const renamePage = (id: PageId, title: string) => call('pages.rename', { id, title });
export const removePage = (id: PageId) => call('pages.remove', { id });
export const restorePage = (id: PageId) => call('pages.restore', { id });
