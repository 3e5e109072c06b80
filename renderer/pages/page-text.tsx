/** A Markdown text, of a block or of notes: rendered, or open for writing. Once opened, its Yjs text is what both show. */
import { useEffect, useLayoutEffect, useRef, useState, type ComponentType, type KeyboardEvent, type MouseEvent, type ReactElement, type Ref } from 'react';
import { closeText, openText, type SharedText, type TextOwner } from '../state/block-texts.ts';
import { showError } from '../ui/toast.tsx';
import { MarkdownView } from './blocks/markdown-view.tsx';
import type { LeaveReason, PageEditorProps } from './page-editor.tsx';
import styles from './page-page.module.css';

// The editor is a third of the page's code and only needed to write.
type Editor = ComponentType<PageEditorProps>;
let editor: Promise<Editor> | null = null;

function loadEditor(): Promise<Editor> {
  editor ??= import('./page-editor.tsx').then((module) => module.PageEditor, (thrown: unknown) => {
    editor = null;
    throw thrown;
  });
  return editor;
}

/** Has the editor at hand before it is needed; what fails here is tried again, and told, when it is. */
export function preloadEditor(): void {
  loadEditor().catch(() => undefined);
}

export interface PageTextProps {
  readonly owner: TextOwner;
  readonly text: string;
  readonly label: string;
  readonly isEditing: boolean;
  readonly isReadOnly: boolean;
  readonly onEdit: () => void;
  readonly onLeave: (reason: LeaveReason) => void;
  readonly onSlash?: () => void;
  readonly onDeleteEmpty?: () => void;
}

export function PageText(props: PageTextProps): ReactElement {
  const { owner, text, label, isEditing, isReadOnly, onEdit, onLeave, onSlash, onDeleteEmpty } = props;
  const [cursorAt, setCursorAt] = useState<number | null>(null);
  const leave = (reason: LeaveReason) => { setCursorAt(null); onLeave(reason); };
  const giveUp = (thrown: unknown) => { leave('blur'); showError(thrown); };
  const opened = useOpenText(owner, isEditing, giveUp);
  const live = useLiveText(opened);
  const shown = live ?? text;
  const PageEditor = useEditor(isEditing, giveUp);
  const early = useRef<HTMLTextAreaElement>(null);
  const [isReady, setReady] = useState(false);
  useLayoutEffect(() => {
    const canWrite = isEditing && opened !== null && PageEditor !== null;
    const typed = early.current?.value ?? '';
    if (canWrite && typed !== '') {
      const at = Math.min(opened.text.length, cursorAt ?? opened.text.length);
      opened.text.insert(at, typed);
      setCursorAt(at + typed.length);
    }
    setReady(canWrite);
    // The cursor only counts at the moment of the change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isEditing, opened, PageEditor]);
  if (isEditing && isReady && opened && PageEditor) {
    return <PageEditor text={opened.text} label={label} cursorAt={cursorAt} onLeave={leave} {...(onSlash && { onSlash })} {...(onDeleteEmpty && { onDeleteEmpty })} />;
  }
  const onClick = (event: MouseEvent) => {
    if (isReadOnly || event.defaultPrevented || !getSelection()?.isCollapsed) return;
    if (event.target instanceof Element && event.target.closest('a, button')) return;
    setCursorAt(sourceOffset(event, shown));
    onEdit();
  };
  return (
    <div className={styles['text']} onClick={onClick} data-readonly={isReadOnly}>
      {isEditing ? <EarlyKeys label={label} isEmpty={shown === ''} ref={early} onLeave={leave} {...(onSlash && { onSlash })} /> : null}
      {shown.trim() === '' ? <p className={styles['placeholder']}>{isReadOnly ? 'No text' : 'Write something'}</p> : <MarkdownView text={shown} />}
    </div>
  );
}

interface EarlyKeysProps {
  readonly label: string;
  readonly isEmpty: boolean;
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly onLeave: (reason: LeaveReason) => void;
  readonly onSlash?: () => void;
}

/** Takes what is typed until the text and the editor are there, which then get it; unseen, for it lasts a moment. */
function EarlyKeys({ label, isEmpty, ref, onLeave, onSlash }: EarlyKeysProps): ReactElement {
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Escape') onLeave('escape');
    else if (onSlash && event.key === '/' && isEmpty && event.currentTarget.value === '') onSlash();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return <textarea ref={ref} autoFocus aria-label={label} className={styles['early']} onKeyDown={onKeyDown} onBlur={() => { if (document.hasFocus()) onLeave('blur'); }} />;
}

/** The editor once it has come; null before, and while nobody writes. */
function useEditor(isNeeded: boolean, onFail: (thrown: unknown) => void): Editor | null {
  const [loaded, setLoaded] = useState<Editor | null>(null);
  const latestFail = useRef(onFail);
  latestFail.current = onFail;
  useEffect(() => {
    if (isNeeded) loadEditor().then((one) => setLoaded(() => one), (thrown: unknown) => latestFail.current(thrown));
  }, [isNeeded]);
  return loaded;
}

/** Opens the text when it is first written to and keeps it until the block goes away, so that nothing flickers back. */
function useOpenText({ kind, id }: TextOwner, isNeeded: boolean, onFail: (thrown: unknown) => void): SharedText | null {
  const latestFail = useRef(onFail);
  latestFail.current = onFail;
  const [opened, setOpened] = useState<SharedText | null>(null);
  const [wasNeeded, setWasNeeded] = useState(isNeeded);
  if (isNeeded && !wasNeeded) setWasNeeded(true);
  useEffect(() => {
    if (!wasNeeded) return undefined;
    let isGone = false;
    let isOpen = false;
    openText({ kind, id } as TextOwner).then(
      (one) => {
        if (isGone) return closeText(id);
        isOpen = true;
        setOpened(one);
      },
      (thrown: unknown) => { if (!isGone) { latestFail.current(thrown); setWasNeeded(false); } },
    );
    return () => {
      isGone = true;
      setOpened(null);
      if (isOpen) closeText(id);
    };
  }, [kind, id, wasNeeded]);
  return opened;
}

function useLiveText(opened: SharedText | null): string | null {
  const [live, setLive] = useState<string | null>(null);
  useEffect(() => {
    if (!opened) { setLive(null); return undefined; }
    const read = () => setLive(opened.text.toString());
    read();
    opened.text.observe(read);
    return () => opened.text.unobserve(read);
  }, [opened]);
  return live;
}

/** Where in the source a click on the rendered text lies: the element's start, and what follows by its own text. */
function sourceOffset(event: MouseEvent, source: string): number | null {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-offset]') : null;
  if (!element) return null;
  const start = Number(element.dataset['offset']);
  const range = document.caretRangeFromPoint(event.clientX, event.clientY);
  if (!range || !element.contains(range.startContainer)) return start;
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const seen = before.toString();
  // Marks such as "**" stand in the source only; the last words before the click find the place past them.
  const tail = seen.slice(-12);
  const found = tail ? source.indexOf(tail, start + Math.max(0, seen.length - tail.length)) : -1;
  return found >= 0 && found - start < seen.length + 200 ? found + tail.length : Math.min(source.length, start + seen.length);
}
