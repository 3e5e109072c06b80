/** Notebook pages. A page and each of its blocks is an entity; the text of a block is its Yjs document. */
import type { BlockId, PageId } from '../../shared/domain/ids.ts';
import { Block, PageSummary, orderBetween, type Embed, type Page } from '../../shared/domain/pages.ts';
import { fail } from '../../shared/errors.ts';
import type { EntityReader } from '../store/index/entities.ts';
import type { Entity, Op } from '../store/store.ts';
import { textUpdateOf } from '../store/index/text.ts';
import { basedOn } from './based-on.ts';
import type { AppContext } from './context.ts';
import { mustHaveExisted, plain } from './entities.ts';

/** All that pages need of an open project. */
export type Notebook = Pick<AppContext, 'store'>;

export type BlockContent = { kind: 'markdown'; text: string } | Embed;

export function listPages({ store }: Notebook): PageSummary[] {
  const blocks = store.list('block');
  return store.list('page').flatMap((page) => {
    const parsed = PageSummary.safeParse(summaryOf(page, blocks.filter(({ fields }) => fields['pageId'] === page.id)));
    return parsed.success ? [parsed.data] : [];
  });
}

/** @throws AppError store/not-found */
export function getPage({ store }: Notebook, id: PageId): Page {
  return readPage(store, id);
}

/** The page in a state of the project: the present one, or an earlier one. @throws AppError store/not-found */
export function readPage(reader: EntityReader, id: PageId): Page {
  const page = mustExist(reader, 'page', id);
  const entities = reader.list('block', { field: 'pageId', value: id });
  const blocks = entities.flatMap((entity) => {
    const { order, content } = entity.fields;
    const isText = (content as { kind?: unknown } | undefined)?.kind === 'markdown';
    const parsed = Block.safeParse({ id: entity.id, order, content: isText ? { kind: 'markdown', text: reader.text(entity.id).text } : content });
    return parsed.success ? [parsed.data] : [];
  });
  blocks.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : 1));
  return { ...PageSummary.parse(summaryOf(page, entities)), blocks };
}

export function createPage({ store }: Notebook, title: string): { id: PageId } {
  const id = store.newId<PageId>();
  const first = store.newId<BlockId>();
  store.commit('pages.create', [
    { o: 'create', e: id, t: 'page', f: { title } },
    { o: 'create', e: first, t: 'block', f: { pageId: id, order: orderBetween(null, null), content: { kind: 'markdown' } } },
  ]);
  return { id };
}

export function renamePage({ store }: Notebook, id: PageId, title: string, seen?: string): void {
  mustExist(store, 'page', id);
  store.commit('pages.rename', [{ o: 'set', e: id, f: { title } }], basedOn(store, id, 'title', seen));
}

export function removePage({ store }: Notebook, id: PageId): void {
  mustExist(store, 'page', id);
  store.commit('pages.remove', [{ o: 'set', e: id, f: { deleted: true } }]);
}

export function restorePage({ store }: Notebook, id: PageId): void {
  mustHaveExisted(store, 'page', id);
  store.commit('pages.restore', [{ o: 'set', e: id, f: { deleted: false } }]);
}

export function addBlock(context: Notebook, pageId: PageId, after: BlockId | null, content: BlockContent): { id: BlockId } {
  const { store } = context;
  const order = orderAfter(getPage(context, pageId), after);
  const id = store.newId<BlockId>();
  const ops: Op[] = [{ o: 'create', e: id, t: 'block', f: { pageId, order, content: content.kind === 'markdown' ? { kind: 'markdown' } : content } }];
  if (content.kind === 'markdown' && content.text) ops.push({ o: 'text', e: id, u: Buffer.from(textUpdateOf(content.text)).toString('base64') });
  store.commit('pages.addBlock', ops);
  return { id };
}

export function moveBlock(context: Notebook, id: BlockId, pageId: PageId, after: BlockId | null): void {
  const { store } = context;
  mustExist(store, 'block', id);
  const page = getPage(context, pageId);
  const order = orderAfter({ ...page, blocks: page.blocks.filter((block) => block.id !== id) }, after);
  store.commit('pages.moveBlock', [{ o: 'set', e: id, f: { pageId, order } }]);
}

export function removeBlock({ store }: Notebook, id: BlockId): void {
  mustExist(store, 'block', id);
  store.commit('pages.removeBlock', [{ o: 'set', e: id, f: { deleted: true } }]);
}

export function restoreBlock({ store }: Notebook, id: BlockId): void {
  mustHaveExisted(store, 'block', id);
  store.commit('pages.restoreBlock', [{ o: 'set', e: id, f: { deleted: false } }]);
}

export function blockState({ store }: Notebook, id: BlockId): { state: Uint8Array } {
  mustExist(store, 'block', id);
  return { state: store.text(id).state };
}

/** @throws AppError store/record-too-large when one update is larger than a record may be */
export function editBlock({ store }: Notebook, id: BlockId, update: Uint8Array): void {
  // Somebody may have removed it meanwhile: what was typed is kept all the same, and is there when the block is put back.
  mustHaveExisted(store, 'block', id);
  store.commit('pages.editBlock', [{ o: 'text', e: id, u: Buffer.from(update).toString('base64') }]);
}

/** The page's own change or the latest of its blocks', whichever is later. */
function summaryOf(page: Entity, blocks: readonly Entity[]): Record<string, unknown> {
  const latest = blocks.reduce((last, block) => (block.changedAtMs > last.changedAtMs ? block : last), page);
  return { ...plain(page), changedAtMs: latest.changedAtMs, changedBy: latest.changedBy };
}

function orderAfter({ blocks }: Page, after: BlockId | null): string {
  const index = after === null ? -1 : blocks.findIndex(({ id }) => id === after);
  if (after !== null && index < 0) throw fail('store/not-found', { kind: 'block', id: after });
  const before = blocks[index]?.order ?? null;
  // Blocks may share an order: two devices inserted at the same place, or a removed one came back. Then it goes behind them all.
  const next = blocks.slice(index + 1).find(({ order }) => before === null || order > before);
  return orderBetween(before, next?.order ?? null);
}

function mustExist(reader: EntityReader, type: 'page' | 'block', id: string): Entity {
  const entity = reader.get(type, id);
  if (!entity) throw fail('store/not-found', { kind: type, id });
  return entity;
}
