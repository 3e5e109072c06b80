/** Notebook pages, as the rail lists them. */
import type { Input } from '../../shared/contract/index.ts';
import type { BlockId, PageId } from '../../shared/domain/ids.ts';
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
export const renamePage = (id: PageId, title: string, basedOn: string) => call('pages.rename', { id, title, basedOn });
export const removePage = (id: PageId) => call('pages.remove', { id });
export const restorePage = (id: PageId) => call('pages.restore', { id });

export type NewContent = Input<'pages.addBlock'>['content'];
export const addBlock = (pageId: PageId, after: BlockId | null, content: NewContent) => call('pages.addBlock', { pageId, after, content });
export const moveBlock = (id: BlockId, pageId: PageId, after: BlockId | null) => call('pages.moveBlock', { id, pageId, after });
export const removeBlock = (id: BlockId) => call('pages.removeBlock', { id });
export const restoreBlock = (id: BlockId) => call('pages.restoreBlock', { id });

/** Adds at the end of a page that is not open here. */
export async function appendBlock(pageId: PageId, content: NewContent): Promise<void> {
  const { blocks } = await call('pages.get', { id: pageId });
  await addBlock(pageId, blocks.at(-1)?.id ?? null, content);
}
