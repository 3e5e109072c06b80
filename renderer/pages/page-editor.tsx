/**
 * The Markdown editor: CodeMirror over a Yjs text. It lives in a shadow root, because there its styles are
 * constructed sheets, which the content policy allows; colours and fonts come from the tokens all the same.
 */
import { defaultKeymap } from '@codemirror/commands';
import { markdown, markdownKeymap } from '@codemirror/lang-markdown';
import { Compartment, EditorState, Prec, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder, type KeyBinding } from '@codemirror/view';
import { useLayoutEffect, useRef, type ReactElement } from 'react';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import * as Y from 'yjs';
import { fail } from '../../shared/errors.ts';
import { editLimitBytes } from '../state/block-texts.ts';
import { showError } from '../ui/toast.tsx';
import { editorTheme, markStyles, wrapSelection } from './page-editor-look.ts';

export type LeaveReason = 'escape' | 'blur' | 'next';

export interface PageEditorProps {
  readonly text: Y.Text;
  readonly label: string;
  /** Where the cursor starts; the end without it. */
  readonly cursorAt: number | null;
  readonly onLeave: (reason: LeaveReason) => void;
  /** "/" in an empty text; without it "/" is a letter like any other. */
  readonly onSlash?: () => void;
  /** Backspace in an empty text. */
  readonly onDeleteEmpty?: () => void;
}

export function PageEditor(props: PageEditorProps): ReactElement {
  const { text, cursorAt } = props;
  const host = useRef<HTMLDivElement>(null);
  const open = useRef<EditorView | null>(null);
  // Whether the user writes here: true from the first focus until they leave.
  const isWriting = useRef(false);
  const latest = useRef(props);
  latest.current = props;
  // Before the browser can deliver another key, so that none falls between what was focused and the editor.
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const undoManager = new Y.UndoManager(text);
    let isLeaving = false;
    const leave = (reason: LeaveReason) => {
      if (isLeaving) return true;
      isLeaving = true;
      isWriting.current = false;
      latest.current.onLeave(reason);
      return true;
    };
    const content = text.toString();
    const view = new EditorView({
      root, parent: root,
      state: EditorState.create({
        doc: content, selection: { anchor: Math.min(content.length, cursorAt ?? content.length) },
        extensions: [
          Prec.high(keymap.of([...ownKeys(latest, leave), ...yUndoManagerKeymap])), keymap.of([...markdownKeymap, ...defaultKeymap]),
          markdown(), markStyles, drawSelection(), EditorView.lineWrapping, labelled.of(nameOf(latest.current.label)),
          placeholder(latest.current.onSlash ? 'Write Markdown, or press / to add something else' : 'Write Markdown'), editorTheme, boundedEdits,
          yCollab(text, null, { undoManager }),
          EditorView.domEventHandlers({
            // A click outside leaves; so does another window only for the moment, and then the text stays open.
            blur: () => { if (document.hasFocus() && !isBeingMoved(element)) leave('blur'); return false; },
            focus: () => { isWriting.current = true; return false; },
          }),
        ],
      }),
    });
    // Letters typed here are text, not shortcuts of the window: the frame sees only the host, not what is focused in it.
    const keepLetters = (event: KeyboardEvent) => { if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation(); };
    element.addEventListener('keydown', keepLetters);
    open.current = view;
    view.focus();
    return () => {
      open.current = null;
      isLeaving = true;
      element.removeEventListener('keydown', keepLetters);
      undoManager.destroy();
      view.destroy();
    };
  }, [text, cursorAt]);
  // What others add above changes the number in the name, and what they move may move this text in the page. Neither may
  // take the cursor away: the editor stays, and gets back the focus that an element loses when it is moved.
  useLayoutEffect(() => {
    const view = open.current;
    if (!view) return;
    if (view.contentDOM.getAttribute('aria-label') !== props.label) view.dispatch({ effects: labelled.reconfigure(nameOf(props.label)) });
    if (isWriting.current && !view.hasFocus && document.hasFocus() && isNothingFocused()) view.focus();
  });
  return <div ref={host} data-editor />;
}

const labelled = new Compartment();
const nameOf = (label: string) => EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' });

function isNothingFocused(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** A blur while the page itself is put in another order; the user has not gone anywhere. */
function isBeingMoved(element: HTMLElement): boolean {
  return !element.isConnected;
}

function ownKeys(latest: { readonly current: PageEditorProps }, leave: (reason: LeaveReason) => boolean): KeyBinding[] {
  const whenEmpty = (act: () => (() => void) | undefined) => (view: EditorView) => {
    const wanted = view.state.doc.length > 0 ? undefined : act();
    if (!wanted) return false;
    wanted();
    return true;
  };
  return [
    { key: 'Escape', run: () => leave('escape') },
    { key: 'Mod-Enter', run: () => leave('next') },
    { key: '/', run: whenEmpty(() => latest.current.onSlash) },
    { key: 'Backspace', run: whenEmpty(() => latest.current.onDeleteEmpty) },
    { key: 'Mod-b', run: (view) => wrapSelection(view, '**') },
    { key: 'Mod-i', run: (view) => wrapSelection(view, '*') },
  ];
}

/** Refuses a paste that would not fit a record of the log, and says so. */
const boundedEdits: Extension = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || !transaction.isUserEvent('input')) return transaction;
  let sizeBytes = 0;
  transaction.changes.iterChanges((_fromA, _toA, _fromB, _toB, added) => {
    if (added.length > editLimitBytes / 4) sizeBytes += new TextEncoder().encode(added.toString()).byteLength;
  });
  if (sizeBytes <= editLimitBytes) return transaction;
  showError(fail('pages/edit-too-large', { sizeBytes, limitBytes: editLimitBytes }));
  return [];
});
