/** One block of a page with its handle: keys, menu, dragging; the content is text or an embed. */
import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { Block } from '../../shared/domain/pages.ts';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import type { LeaveReason } from './page-editor.tsx';
import { PageEmbed } from './page-embed.tsx';
import { PageText } from './page-text.tsx';
import styles from './page-page.module.css';

export interface PageBlockProps {
  readonly block: Block;
  readonly label: string;
  readonly isReadOnly: boolean;
  readonly isSelected: boolean;
  readonly isEditing: boolean;
  readonly isTabStop: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly isDragged: boolean;
  readonly dropMark: 'before' | 'after' | null;
  readonly onSelect: () => void;
  readonly onEdit: () => void;
  readonly onLeave: (reason: LeaveReason) => void;
  readonly onAdd: () => void;
  readonly onRemove: () => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onFocusNext: (by: 1 | -1) => void;
  readonly onDrag: (pointerY: number) => void;
  /** null when the drag was given up. */
  readonly onDrop: (pointerY: number | null) => void;
}

export const kindWords = { markdown: 'Text', dataset: 'Dataset', run: 'Run', drift: 'Drift report', 'metric-chart': 'Metric chart' } as const;

export function PageBlock(props: PageBlockProps): ReactElement {
  const { block, label, isReadOnly, isSelected, isEditing, isTabStop, isDragged, dropMark, onSelect, onEdit, onLeave, onAdd, onRemove, onMove, onFocusNext } = props;
  const { content } = block;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key] as 1 | -1 | undefined;
    if (event.altKey) {
      if (step === undefined || isReadOnly) return;
      onMove(step);
    } else if (step !== undefined) onFocusNext(step);
    else if (isReadOnly) return;
    else if (event.key === 'Enter' && content.kind === 'markdown') onEdit();
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
    else if (event.key === '/') onAdd();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <li
      data-block={block.id} tabIndex={isTabStop ? 0 : -1} aria-label={`${kindWords[content.kind]}, ${label.toLowerCase()}`} aria-current={isSelected ? true : undefined} onKeyDown={onKeyDown} onFocus={onSelect} onPointerDown={onSelect}
      className={classNames(styles['block'], isSelected && styles['selected'], isEditing && styles['editing'], isDragged && styles['dragged'])} {...(dropMark ? { 'data-drop': dropMark } : {})}
    >
      {isReadOnly ? null : <Handle {...props} />}
      {content.kind === 'markdown'
        ? <PageText owner={{ kind: 'block', id: block.id }} text={content.text} label={label} isEditing={isEditing} isReadOnly={isReadOnly} onEdit={onEdit} onLeave={onLeave} onSlash={onAdd} onDeleteEmpty={onRemove} />
        : <PageEmbed embed={content} />}
    </li>
  );
}

/** Adds below, opens the menu, and drags: past four pixels the pointer moves the block. */
function Handle({ block, isFirst, isLast, onAdd, onRemove, onMove, onEdit, onDrag, onDrop }: PageBlockProps): ReactElement {
  const startY = useRef<number | null>(null);
  const isDragging = useRef(false);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    startY.current = event.clientY;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (startY.current === null || (!isDragging.current && Math.abs(event.clientY - startY.current) < 4)) return;
    isDragging.current = true;
    onDrag(event.clientY);
  };
  const end = (pointerY: number | null) => {
    startY.current = null;
    if (!isDragging.current) return;
    isDragging.current = false;
    onDrop(pointerY);
  };
  return (
    <div className={styles['handles']}>
      <IconButton icon="plus" label="Add a block below" isSmall onPress={onAdd} />
      <span className={styles['grip']} title="Drag to move" onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={(event) => end(event.clientY)} onPointerCancel={() => end(null)} aria-hidden><Icon name="drag" /></span>
      <Menu
        label="Block" entries={[
          ...(block.content.kind === 'markdown' ? [{ id: 'edit', label: 'Write', icon: 'edit' as const, keys: 'enter', run: onEdit }] : []),
          { id: 'up', label: 'Move up', icon: 'arrow-up', keys: 'alt+up', disabledReason: isFirst ? 'It is the first block.' : null, run: () => onMove(-1) },
          { id: 'down', label: 'Move down', icon: 'arrow-down', keys: 'alt+down', disabledReason: isLast ? 'It is the last block.' : null, run: () => onMove(1) },
          'separator',
          { id: 'remove', label: 'Remove', icon: 'trash', isDanger: true, run: onRemove },
        ]}
      >
        <IconButton icon="more" label="Block menu" isSmall />
      </Menu>
    </div>
  );
}
