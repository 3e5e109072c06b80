/** The SQL editor: CodeMirror in a shadow root, as the page editor; it completes datasets, columns and functions. */
import { acceptCompletion, autocompletion, completeFromList, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { sql, StandardSQL } from '@codemirror/lang-sql';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type ReactElement, type Ref } from 'react';
import { editorTheme, markSyntax } from './page-editor-look.ts';

export interface SqlEditorHandle {
  /** Puts the cursor there, both from 1. */
  readonly goTo: (line: number, column: number) => void;
  readonly focus: () => void;
}

export interface SqlEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  /** Columns by the name of their dataset. */
  readonly schema: Readonly<Record<string, readonly string[]>>;
  readonly functions: readonly string[];
  readonly ref?: Ref<SqlEditorHandle>;
}

// Of two themes the first wins.
const look = [
  EditorView.theme({
    '&': { fontSize: '13px', height: '100%' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', overflow: 'auto' },
    '.cm-content': { padding: '8px 0' },
    '.cm-line': { padding: '0 12px 0 4px' },
    '.cm-gutters': { background: 'transparent', border: 'none', color: 'var(--muted)', minWidth: '40px' },
    '.sql-keyword': { color: 'var(--accent)', fontWeight: '500' },
    '.sql-string': { color: 'var(--ok)' },
    '.sql-number': { color: 'var(--warn)' },
    '.sql-comment': { color: 'var(--muted)', fontStyle: 'italic' },
    '.cm-tooltip': { background: 'var(--bg)', color: 'var(--text)', border: '1px solid var(--border)', borderRadius: '4px', fontFamily: 'var(--mono)', fontSize: '12px' },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--selected)', color: 'var(--text)' },
  }),
  editorTheme,
  markSyntax({ Keyword: 'sql-keyword', Type: 'sql-keyword', Bool: 'sql-number', Null: 'sql-keyword', String: 'sql-string', Number: 'sql-number', LineComment: 'sql-comment', BlockComment: 'sql-comment' }),
];

export function SqlEditor(props: SqlEditorProps): ReactElement {
  const { text, schema, functions, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const open = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const run = () => { latest.current.onRun(); return true; };
    const view = new EditorView({
      root, parent: root,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }, { key: 'Tab', run: acceptCompletion }])),
          keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
          history(), lineNumbers(), drawSelection(), EditorView.lineWrapping, look, autocompletion({ icons: false }), language.of(languageOf(latest.current)),
          placeholder('SELECT * FROM "a dataset" LIMIT 100'),
          EditorView.contentAttributes.of({ 'aria-label': 'SQL', spellcheck: 'false' }),
          EditorView.updateListener.of((update) => { if (update.docChanged) latest.current.onChange(update.state.doc.toString()); }),
        ],
      }),
    });
    // Letters typed here are text, not shortcuts of the window: the frame sees only the host.
    const keepLetters = (event: KeyboardEvent) => { if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation(); };
    element.addEventListener('keydown', keepLetters);
    open.current = view;
    return () => {
      open.current = null;
      element.removeEventListener('keydown', keepLetters);
      view.destroy();
    };
  }, []);
  useEffect(() => {
    open.current?.dispatch({ effects: language.reconfigure(languageOf({ schema, functions })) });
  }, [schema, functions]);
  useEffect(() => {
    const view = open.current;
    if (view && view.state.doc.toString() !== text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);
  useImperativeHandle(ref, () => ({
    focus: () => open.current?.focus(),
    goTo: (line, column) => {
      const view = open.current;
      if (!view) return;
      const { from, to } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      view.dispatch({ selection: { anchor: Math.min(to, from + column - 1) }, scrollIntoView: true });
      view.focus();
    },
  }));
  return <div ref={host} data-editor style={{ height: '100%' }} />;
}

const language = new Compartment();

function languageOf({ schema, functions }: Pick<SqlEditorProps, 'schema' | 'functions'>) {
  return [
    sql({ dialect: StandardSQL, upperCaseKeywords: true, schema: Object.fromEntries(Object.entries(schema).map(([name, columns]) => [name.replaceAll('.', '\\.'), columns])) }),
    StandardSQL.language.data.of({ autocomplete: completeFromList(functions.map((name) => ({ label: name, type: 'function', apply: `${name}(` }))) }),
  ];
}
