/** Tags as chips, with a field to add one: "pilot", or a key and a value as "source: sensor 4". */
import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { formatTag, parseTag, type Tag } from '../../shared/domain/datasets.ts';
import { Button } from './button.tsx';
import { Chip } from './chip.tsx';
import { classNames } from './class-names.ts';
import styles from './tag-editor.module.css';

export interface TagEditorProps {
  readonly tags: readonly Tag[];
  /** Tags in use elsewhere, offered while typing. */
  readonly suggestions: readonly Tag[];
  readonly onAdd: (tag: Tag) => void;
  readonly onRemove: (tag: Tag) => void;
  readonly isReadOnly?: boolean;
}

export function TagEditor({ tags, suggestions, onAdd, onRemove, isReadOnly }: TagEditorProps): ReactElement {
  const [text, setText] = useState<string | null>(null);
  const [index, setIndex] = useState(-1);
  const buttonRef = useRef<HTMLButtonElement>(null);
  const offered = text === null ? [] : offerTags(suggestions, tags, text);
  const close = () => { setText(null); setIndex(-1); setTimeout(() => buttonRef.current?.focus()); };
  const add = (from: string) => {
    if (from.replace(/^[^:]*:/, '').trim() !== '' && from.trim().length <= 120) onAdd(parseTag(from));
    setText('');
    setIndex(-1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = offered[index];
    if (event.key === 'Enter') { if (chosen) add(formatTag(chosen)); else if (text?.trim()) add(text); else close(); }
    else if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') setIndex(Math.min(offered.length - 1, index + 1));
    else if (event.key === 'ArrowUp') setIndex(Math.max(-1, index - 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles['tags']}>
      {tags.map((tag) => (
        <Chip key={formatTag(tag)} prefix={tag.key} title={formatTag(tag)} {...(isReadOnly ? {} : { onRemove: () => onRemove(tag), removeLabel: `Remove the tag ${formatTag(tag)}` })}>{tag.value}</Chip>
      ))}
      {isReadOnly ? null : text === null ? <Button kind="ghost" isSmall icon="plus" onPress={() => setText('')} ref={buttonRef}>Tag</Button> : (
        <span className={styles['adding']}>
          <input
            autoFocus value={text} onChange={(event) => { setText(event.target.value); setIndex(-1); }} onKeyDown={onKeyDown} onBlur={() => { if (text.trim()) add(text); setText(null); }}
            placeholder="pilot, or source: sensor 4" maxLength={120} className={styles['input']} role="combobox" aria-label="New tag" aria-expanded={offered.length > 0} aria-controls="tag-suggestions" aria-autocomplete="list"
            {...(index >= 0 ? { 'aria-activedescendant': `tag-suggestion-${index}` } : {})}
          />
          {offered.length > 0 ? (
            <ul id="tag-suggestions" role="listbox" aria-label="Tags in use" className={styles['list']}>
              {offered.map((tag, place) => (
                <li key={formatTag(tag)} id={`tag-suggestion-${place}`} role="option" aria-selected={place === index} className={classNames(styles['option'], place === index && styles['chosen'])} onPointerDown={(event) => { event.preventDefault(); add(formatTag(tag)); }}>
                  {tag.key ? <span className="muted">{tag.key}</span> : null}{tag.value}
                </li>
              ))}
            </ul>
          ) : null}
        </span>
      )}
    </div>
  );
}

/** Tags in use that contain the text and are not there yet, at most six. */
export function offerTags(suggestions: readonly Tag[], there: readonly Tag[], text: string): Tag[] {
  const held = new Set(there.map(formatTag));
  const wanted = text.trim().toLowerCase();
  return suggestions.filter((tag) => !held.has(formatTag(tag)) && formatTag(tag).toLowerCase().includes(wanted)).slice(0, 6);
}
