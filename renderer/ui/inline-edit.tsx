/**
 * Text edited in place: click or Enter to edit, Enter or leaving keeps it, Escape takes it back. A value that comes from
 * elsewhere while it is open changes nothing that is typed; the one who keeps the text says what it was based on.
 */
import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { classNames } from './class-names.ts';
import styles from './inline-edit.module.css';

export interface InlineEditProps {
  readonly label: string;
  readonly value: string;
  /** `basedOn` is the value as it was when the edit began. */
  readonly onCommit: (value: string, basedOn: string) => void;
  /** Shown while there is no text. */
  readonly placeholder?: string;
  /** Several lines; then Ctrl/Cmd+Enter keeps it. */
  readonly isMultiline?: boolean;
  /** An empty text is taken back instead of kept. */
  readonly isRequired?: boolean;
  readonly isReadOnly?: boolean;
  readonly maxLength?: number;
  readonly className?: string | undefined;
  /** Opens for writing at once, with everything selected. */
  readonly startsOpen?: boolean;
  /** After Enter has kept the text: where one writes next. */
  readonly onNext?: () => void;
}

export function InlineEdit({ label, value, onCommit, placeholder, isMultiline, isRequired, isReadOnly, maxLength, className, startsOpen, onNext }: InlineEditProps): ReactElement {
  const [draft, setDraft] = useState<string | null>(startsOpen && !isReadOnly ? value : null);
  const began = useRef(value);
  const isCancelled = useRef(false);
  // Keys give the focus back to the text; a click elsewhere has chosen its own place.
  const returnsFocus = useRef(false);
  const commit = () => {
    const text = draft?.trim() ?? '';
    setDraft(null);
    // Nothing typed, or the same as has come meanwhile: there is nothing to keep.
    const isNew = text !== began.current && text !== value;
    if (!isCancelled.current && draft !== null && isNew && !(isRequired && text === '')) onCommit(text, began.current);
    isCancelled.current = false;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isKept = event.key === 'Enter' && (!isMultiline || event.ctrlKey || event.metaKey);
    if (!isKept && event.key !== 'Escape') return;
    isCancelled.current = !isKept;
    returnsFocus.current = !isKept || !onNext;
    event.currentTarget.blur();
    if (isKept) onNext?.();
    event.preventDefault();
    event.stopPropagation();
  };
  if (isReadOnly) return <span className={classNames(styles['text'], 'selectable', className)}>{value}</span>;
  if (draft === null) {
    return (
      <button ref={(element) => { if (element && returnsFocus.current) { returnsFocus.current = false; element.focus(); } }} type="button" aria-label={`${label}: ${value || 'none'}. Edit`} className={classNames(styles['text'], styles['button'], !value && styles['empty'], className)} onClick={() => { began.current = value; setDraft(value); }}>
        {value || placeholder}
      </button>
    );
  }
  const shared = { 'aria-label': label, autoFocus: true, value: draft, onBlur: commit, onKeyDown, maxLength, className: classNames(styles['text'], styles['input'], className) };
  return isMultiline
    ? <textarea {...shared} rows={Math.max(2, draft.split('\n').length)} onChange={(event) => setDraft(event.target.value)} />
    : <input {...shared} size={Math.max(4, draft.length + 1)} onFocus={(event) => event.target.select()} onChange={(event) => setDraft(event.target.value)} />;
}
