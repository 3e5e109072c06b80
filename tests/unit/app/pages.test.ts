import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { addBlock, blockState, createPage, editBlock, getPage, listPages, moveBlock, removeBlock, removePage, renamePage, restoreBlock, restorePage } from '../../../electron/app/pages.ts';
import { listHistory } from '../../../electron/app/timeline.ts';
import type { PageId } from '../../../shared/domain/ids.ts';
import { aProject } from '../../support/project.ts';

function texts(page: ReturnType<typeof getPage>): string[] {
  return page.blocks.map(({ content }) => (content.kind === 'markdown' ? content.text : content.kind));
}

describe('a page', () => {
  it('begins with an empty block and keeps blocks in the order they were put', async () => {
    const { context } = await aProject();
    const { id } = createPage(context, 'Question');
    const first = getPage(context, id).blocks[0]!.id;
    const last = addBlock(context, id, first, { kind: 'markdown', text: 'last' }).id;
    addBlock(context, id, first, { kind: 'markdown', text: 'between' });
    expect(texts(getPage(context, id))).toEqual(['', 'between', 'last']);
    moveBlock(context, last, id, null);
    expect(texts(getPage(context, id))).toEqual(['last', '', 'between']);
  });

  it('keeps text that is edited as Yjs updates, also after a restart', async () => {
    const project = await aProject();
    const { id } = createPage(project.context, 'Notes');
    const block = getPage(project.context, id).blocks[0]!.id;
    const doc = new Y.Doc();
    Y.applyUpdate(doc, blockState(project.context, block).state);
    doc.on('update', (update: Uint8Array) => editBlock(project.context, block, update));
    doc.getText('text').insert(0, 'Hello');
    doc.getText('text').insert(5, ', penguins');
    const { context } = await project.reopen();
    expect(texts(getPage(context, id))).toEqual(['Hello, penguins']);
  });

  it('merges edits that two windows made without knowing of each other', async () => {
    const { context } = await aProject();
    const { id } = createPage(context, 'Notes');
    const block = getPage(context, id).blocks[0]!.id;
    for (const word of ['left', 'right']) {
      const doc = new Y.Doc();
      doc.getText('text').insert(0, word);
      editBlock(context, block, Y.encodeStateAsUpdate(doc));
    }
    const merged = texts(getPage(context, id))[0];
    expect(merged).toContain('left');
    expect(merged).toContain('right');
    expect(merged).toHaveLength(9);
  });

  it('and its blocks can be removed and brought back', async () => {
    const { context } = await aProject();
    const { id } = createPage(context, 'Notes');
    const block = addBlock(context, id, null, { kind: 'markdown', text: 'kept' }).id;
    removeBlock(context, block);
    expect(texts(getPage(context, id))).toEqual(['']);
    restoreBlock(context, block);
    expect(texts(getPage(context, id))).toEqual(['kept', '']);
    removePage(context, id);
    expect(listPages(context)).toEqual([]);
    expect(() => getPage(context, id)).toThrow('There is no page');
    restorePage(context, id);
    expect(listPages(context).map(({ title }) => title)).toEqual(['Notes']);
  });

  it('says in words who changed what, newest first', async () => {
    const { context } = await aProject();
    const { id } = createPage(context, 'Notes');
    renamePage(context, id, 'Findings');
    const { entries } = listHistory(context, { entity: id, limit: 10, before: null });
    expect(entries.map(({ sentence, person }) => `${person}: ${sentence}`)).toEqual([
      'Ana: Renamed the page from “Notes” to “Findings”', 'Ana: Created the page “Notes”',
    ]);
  });

  it('that does not exist is named in the error', async () => {
    const { context } = await aProject();
    expect(() => renamePage(context, '0'.repeat(26) as PageId, 'x')).toThrow('There is no page with the id 00000000000000000000000000.');
  });
});
