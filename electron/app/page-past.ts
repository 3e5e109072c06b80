/** Pages as they were: looking at an earlier state, and going back to it by one new event. */
import type { Page } from '../../shared/domain/pages.ts';
import type { PageId } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';
import { canonicalJson, type JsonValue } from '../store/format/canonical.ts';
import type { Op, Store } from '../store/store.ts';
import { isShownAlone, mustFind } from './changes.ts';
import { readPage, type Notebook } from './pages.ts';
import { textOps } from './restore.ts';

/** The page as it was just after an event. @throws AppError store/not-found, history/not-there */
export function pageAt(context: Notebook, id: PageId, hash: string): Page {
  return fromPast(context, id, hash).page;
}

/**
 * Title, blocks, their order and their texts as they were just after the event. Blocks that came since are removed, not
 * forgotten; texts are edited, so what others write at the same time stays. @throws AppError store/not-found,
 * history/not-there, history/unchanged, store/record-too-large
 */
export function restorePageTo(context: Notebook, id: PageId, hash: string, why: string): void {
  const { store } = context;
  const { page, contents } = fromPast(context, id, hash);
  const here = store.find(id);
  const ops: Op[] = [];
  const set = (entity: string, fields: Readonly<Record<string, JsonValue>>) => {
    const changed = Object.entries(fields).filter(([field, value]) => !isAlready(store, entity, field, value));
    if (changed.length > 0) ops.push({ o: 'set', e: entity, f: Object.fromEntries(changed) });
  };
  set(id, { title: page.title, deleted: false });
  const kept = new Set<string>(page.blocks.map((block) => block.id));
  for (const block of store.list('block', { field: 'pageId', value: id })) if (!kept.has(block.id)) set(block.id, { deleted: true });
  for (const block of page.blocks) {
    set(block.id, { pageId: id, order: block.order, deleted: false, content: contents.get(block.id) ?? block.content });
    if (block.content.kind === 'markdown') ops.push(...textOps(store, block.id, block.content.text));
  }
  if (!here || ops.length === 0) throw fail('history/unchanged', { field: 'page', thing: `“${page.title}”` });
  store.commit('pages.restoreTo', [...ops, { o: 'set', e: id, f: { restoredFrom: hash } }], why ? { why } : {});
}

/** A flag that was never written is false. */
function isAlready(store: Store, entity: string, field: string, value: JsonValue): boolean {
  return isShownAlone(store, entity, field, value) || (field === 'deleted' && value === false && store.versions(entity, field).length === 0);
}

function fromPast({ store }: Notebook, id: PageId, hash: string): { page: Page; contents: Map<string, JsonValue> } {
  if (store.find(id)?.type !== 'page') throw fail('store/not-found', { kind: 'page', id });
  mustFind(store, hash);
  const past = store.past(hash, [id, ...blocksEverOn(store, id)]);
  try {
    if (!past.get('page', id)) throw fail('history/not-there', { thing: 'page' });
    const page = readPage(past, id);
    return { page, contents: new Map(page.blocks.map((block) => [block.id, past.find(block.id)?.fields['content'] ?? null])) };
  } finally {
    past.close();
  }
}

/** Actions that put a block on a page. Typing, by far the most frequent, is not among them. */
const placing = ['pages.create', 'pages.addBlock', 'pages.moveBlock', 'pages.restoreTo', 'history.restore'];
const readAtOnce = 1000;

/** Every block that was ever on the page, removed and moved ones too. Cost: one pass over the placing events. */
function blocksEverOn(store: Store, id: PageId): string[] {
  const ids = new Set(store.list('block', { field: 'pageId', value: id }).map((block) => block.id));
  for (let before: number | undefined; ;) {
    const events = store.events({ kinds: placing, limit: readAtOnce, ...(before !== undefined && { before }) });
    for (const { ops } of events) for (const op of ops) if ((op.o === 'create' || op.o === 'set') && canonicalJson(op.f['pageId'] ?? null) === canonicalJson(id)) ids.add(op.e);
    const last = events.at(-1);
    if (!last || events.length < readAtOnce) return [...ids];
    before = last.seq;
  }
}
