/** Going back to an earlier state of a page, whatever was done to it: by one person, and while another writes on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageAt, restorePageTo } from '../../electron/app/page-past.ts';
import { addBlock, createPage, getPage, moveBlock, removeBlock, renamePage, restoreBlock } from '../../electron/app/pages.ts';
import { textUpdateTo } from '../../electron/app/text-edit.ts';
import type { Store } from '../../electron/store/store.ts';
import type { Page } from '../../shared/domain/pages.ts';
import type { BlockId, PageId, RunId } from '../../shared/domain/ids.ts';
import { AppError } from '../../shared/errors.ts';
import { count } from '../support/counts.ts';
import { twoDevices } from '../support/two-devices.ts';

/** One act on the page; `at` picks a block, `words` what is written. */
const act = fc.record({
  kind: fc.constantFrom('add', 'write', 'write', 'move', 'remove', 'restore', 'rename', 'embed'),
  at: fc.nat(20), to: fc.nat(20), words: fc.array(fc.constantFrom('birds ', 'fly\n', '😀', 'é', 'south. '), { maxLength: 6 }).map((parts) => parts.join('')),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** What a reader sees of a page. */
const seen = ({ title, blocks }: Page) => ({ title, blocks });

function write(store: Store, id: BlockId, text: string): void {
  const update = textUpdateTo(store.text(id).state, text);
  if (update) store.commit('pages.editBlock', [{ o: 'text', e: id, u: Buffer.from(update).toString('base64') }]);
}

function perform(store: Store, id: PageId, { kind, at, to, words }: Act, removed: BlockId[]): void {
  const { blocks } = getPage({ store }, id);
  const pick = (index: number) => blocks[index % Math.max(1, blocks.length)]?.id ?? null;
  const block = pick(at);
  if (kind === 'add') addBlock({ store }, id, block, { kind: 'markdown', text: words });
  else if (kind === 'embed') addBlock({ store }, id, block, { kind: 'run', runId: store.newId<RunId>() });
  else if (kind === 'rename') renamePage({ store }, id, `Page ${at}`);
  else if (kind === 'restore') { const back = removed.pop(); if (back) restoreBlock({ store }, back); }
  else if (block === null) return;
  else if (kind === 'write') { if (blocks.find((one) => one.id === block)?.content.kind === 'markdown') write(store, block, `${store.text(block).text.slice(0, at)}${words}`); }
  else if (kind === 'move') { const after = pick(to); if (after !== block) moveBlock({ store }, block, id, after); }
  else { removed.push(block); removeBlock({ store }, block); }
}

const last = (store: Store): string => store.events({ limit: 1 })[0]!.hash;

describe('a page', () => {
  it('was at each event what it showed then, and goes back to exactly that, more than once', async () => {
    const { ana: store } = await twoDevices();
    fc.assert(fc.property(fc.array(act, { minLength: 1, maxLength: 14 }), fc.nat(100), fc.nat(100), (acts, first, second) => {
      const { id } = createPage({ store }, 'Page');
      const moments = [{ hash: last(store), page: seen(getPage({ store }, id)) }];
      const removed: BlockId[] = [];
      for (const one of acts) {
        perform(store, id, one, removed);
        moments.push({ hash: last(store), page: seen(getPage({ store }, id)) });
      }
      for (const { hash, page } of moments) expect(seen(pageAt({ store }, id, hash))).toEqual(page);
      for (const pickOf of [first, second]) {
        const { hash, page } = moments[pickOf % moments.length]!;
        restoreQuietly(store, id, hash);
        expect(seen(getPage({ store }, id))).toEqual(page);
      }
    }), { numRuns: count(30) });
  });

  it('goes back while somebody else writes on: both come to the same, and what was written in a block that stays is there', async () => {
    const { ana, ben, sync } = await twoDevices();
    await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 8 }), fc.array(act, { maxLength: 4 }), fc.nat(100), async (before, meanwhile, pick) => {
      const { id } = createPage({ store: ana }, 'Page');
      const first = getPage({ store: ana }, id).blocks[0]!.id;
      write(ana, first, 'The beginning.');
      const moments = [last(ana)];
      for (const one of before) {
        perform(ana, id, one, []);
        moments.push(last(ana));
      }
      await sync();
      const theirs: BlockId[] = [];
      for (const one of meanwhile) perform(ben, id, one, theirs);
      const mark = `(Ben ${pick})`;
      write(ben, first, `${ben.text(first).text}${mark}`);
      restoreQuietly(ana, id, moments[pick % moments.length]!);
      await sync();
      expect(seen(getPage({ store: ana }, id))).toEqual(seen(getPage({ store: ben }, id)));
      expect(ana.stateHash()).toBe(ben.stateHash());
      expect(ana.text(first).text).toContain(mark);
    }), { numRuns: count(8) });
  });
});

/** A state that is the present one needs no event. */
function restoreQuietly(store: Store, id: PageId, hash: string): void {
  try {
    restorePageTo({ store }, id, hash, '');
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.failure.code !== 'history/unchanged') throw thrown;
  }
}
