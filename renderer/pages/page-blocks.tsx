/** The blocks of a page in their order: choose, write, add, move by handle or keys, remove with undo. */
import { Fragment, useEffect, useRef, useState, type ReactElement } from 'react';
import type { BlockId } from '../../shared/domain/ids.ts';
import type { Block, Page } from '../../shared/domain/pages.ts';
import { flushTexts } from '../state/block-texts.ts';
import { addBlock, moveBlock, removeBlock, restoreBlock, type NewContent } from '../state/pages.ts';
import { Button } from '../ui/button.tsx';
import { attempt, showError, showToast } from '../ui/toast.tsx';
import { PageAdd } from './page-add.tsx';
import { PageBlock } from './page-block.tsx';
import { dropTarget, neighbourAfter } from './page-order.ts';
import styles from './page-page.module.css';

export interface PageBlocksProps {
  readonly page: Page;
  readonly isReadOnly: boolean;
  readonly selected: BlockId | null;
  readonly onSelect: (id: BlockId | null) => void;
  /** Where the list of what can be added is open; after null is the top. */
  readonly adding: { readonly after: BlockId | null } | null;
  readonly onAdding: (adding: { readonly after: BlockId | null } | null) => void;
  /** Asks for the first block: open for writing while it is empty, else focused. */
  readonly writesFirst: boolean;
  readonly onFirst: () => void;
}

export function PageBlocks({ page, isReadOnly, selected, onSelect, adding, onAdding, writesFirst, onFirst }: PageBlocksProps): ReactElement {
  const { blocks } = page;
  const list = useRef<HTMLOListElement>(null);
  const [editing, setEditing] = useState<BlockId | null>(null);
  const [drag, setDrag] = useState<{ readonly id: BlockId; readonly index: number } | null>(null);
  // A block to focus, or to open for writing, once it is in the page.
  const [awaited, setAwaited] = useState<{ readonly id: BlockId; readonly edits: boolean } | null>(null);

  const focusBlock = (id: BlockId | null) => { if (id !== null) list.current?.querySelector<HTMLElement>(`[data-block="${id}"]`)?.focus(); };
  useEffect(() => {
    if (!awaited || !blocks.some((block) => block.id === awaited.id)) return;
    if (awaited.edits) { setEditing(awaited.id); onSelect(awaited.id); } else focusBlock(awaited.id);
    setAwaited(null);
  }, [awaited, blocks, onSelect]);

  const first = blocks[0];
  useEffect(() => {
    if (!writesFirst) return;
    onFirst();
    if (!first) return;
    if (first.content.kind === 'markdown' && first.content.text.trim() === '') { setEditing(first.id); onSelect(first.id); } else focusBlock(first.id);
  }, [writesFirst, first, onFirst, onSelect]);

  // Whoever writes in a block that somebody else removes is told, and can have it back; what was typed is kept either way.
  const removedHere = useRef(new Set<BlockId>());
  useEffect(() => {
    if (editing === null || blocks.some((block) => block.id === editing)) return;
    setEditing(null);
    if (!removedHere.current.has(editing)) showToast('The block that you were writing in was removed. What you typed is kept.', { action: { label: 'Put it back', run: () => { void attempt(() => restoreBlock(editing)); } } });
  }, [editing, blocks]);

  const add = (after: BlockId | null, content: NewContent) => {
    onAdding(null);
    void addBlock(page.id, after, content).then(({ id }) => setAwaited({ id, edits: content.kind === 'markdown' }), showError);
  };
  const remove = (block: Block) => {
    const index = blocks.indexOf(block);
    const neighbour = blocks[index + 1] ?? blocks[index - 1];
    setEditing(null);
    removedHere.current.add(block.id);
    void attempt(async () => { await flushTexts(); await removeBlock(block.id); }, { done: 'Removed the block', undo: () => restoreBlock(block.id) });
    setTimeout(() => focusBlock(neighbour?.id ?? null));
  };
  const move = (block: Block, by: 1 | -1) => {
    const after = neighbourAfter(blocks.map((one) => one.id), block.id, by);
    if (after !== undefined) void moveBlock(block.id, page.id, after).then(() => setTimeout(() => focusBlock(block.id), 160), showError);
  };
  const drop = (id: BlockId, index: number) => {
    const after = dropTarget(blocks.map((block) => block.id), id, index);
    if (after !== undefined) void attempt(() => moveBlock(id, page.id, after));
  };
  const focusNext = (block: Block, by: 1 | -1) => focusBlock(blocks[blocks.indexOf(block) + by]?.id ?? null);

  const adder = adding && !isReadOnly ? (
    <li className={styles['adder']}>
      <PageAdd onAdd={(content) => add(adding.after, content)} onClose={() => { onAdding(null); focusBlock(adding.after); }} />
    </li>
  ) : null;
  const isAddingLast = adding !== null && (adding.after === (blocks.at(-1)?.id ?? null));
  return (
    <>
      <ol ref={list} className={styles['blocks']} aria-label="Blocks">
        {adding?.after === null ? adder : null}
        {blocks.map((block, index) => (
          <Fragment key={block.id}>
            <PageBlock
              block={block} label={`Block ${index + 1} of ${blocks.length}`} isReadOnly={isReadOnly} isSelected={selected === block.id} isEditing={editing === block.id}
              dropMark={drag === null ? null : drag.index === index ? 'before' : index === blocks.length - 1 && drag.index === blocks.length ? 'after' : null} isDragged={drag?.id === block.id}
              isTabStop={selected === null ? index === 0 : selected === block.id} isLast={index === blocks.length - 1} isFirst={index === 0}
              onSelect={() => onSelect(block.id)}
              onEdit={() => { onSelect(block.id); setEditing(block.id); }}
              onLeave={(reason) => {
                setEditing((now) => (now === block.id ? null : now));
                // What opened meanwhile keeps the focus.
                if (reason === 'escape') setTimeout(() => { if (document.activeElement === document.body) focusBlock(block.id); });
                if (reason === 'next') add(block.id, { kind: 'markdown', text: '' });
              }}
              onAdd={() => { setEditing(null); onAdding({ after: block.id }); }} onRemove={() => remove(block)} onMove={(by) => move(block, by)} onFocusNext={(by) => focusNext(block, by)}
              onDrag={(pointerY) => setDrag({ id: block.id, index: indexAt(list.current, pointerY) })}
              onDrop={(pointerY) => { setDrag(null); if (pointerY !== null) drop(block.id, indexAt(list.current, pointerY)); }}
            />
            {adding?.after === block.id ? adder : null}
          </Fragment>
        ))}
      </ol>
      {isReadOnly || isAddingLast ? null : (
        <div className={styles['end']}>
          <Button kind="ghost" icon="text" onPress={() => add(blocks.at(-1)?.id ?? null, { kind: 'markdown', text: '' })}>Text</Button>
          <Button kind="ghost" icon="plus" onPress={() => onAdding({ after: blocks.at(-1)?.id ?? null })}>Run, dataset, drift or chart</Button>
        </div>
      )}
    </>
  );
}

/** Before which block the pointer stands; the count of blocks at the end. */
function indexAt(list: HTMLElement | null, pointerY: number): number {
  const items = [...(list?.querySelectorAll<HTMLElement>('[data-block]') ?? [])];
  const index = items.findIndex((item) => {
    const box = item.getBoundingClientRect();
    return pointerY < box.top + box.height / 2;
  });
  return index < 0 ? items.length : index;
}
