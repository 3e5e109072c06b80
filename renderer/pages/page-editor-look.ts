/** How Markdown looks while it is written: the marks stay, muted; headings, emphasis and code show what they will be. */
import { syntaxTree } from '@codemirror/language';
import type { Extension, Range } from '@codemirror/state';
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view';

export const editorTheme: Extension = EditorView.theme({
  '&': { color: 'var(--text)', background: 'transparent', fontSize: '15px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font)', lineHeight: '24px', overflowX: 'visible' },
  '.cm-content': { padding: '0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '1.5px' },
  '.cm-placeholder': { color: 'var(--muted)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'color-mix(in srgb, var(--accent) 24%, transparent) !important' },
  '.md-mark': { color: 'var(--muted)', fontWeight: '400' },
  '.md-heading': { fontWeight: '600' },
  '.md-heading1': { fontSize: '18px', lineHeight: '28px' },
  '.md-strong': { fontWeight: '600' },
  '.md-emphasis': { fontStyle: 'italic' },
  '.md-code': { fontFamily: 'var(--mono)', fontSize: '13px' },
});

const classes: Readonly<Record<string, string>> = {
  ATXHeading1: 'md-heading md-heading1', ATXHeading2: 'md-heading', ATXHeading3: 'md-heading', ATXHeading4: 'md-heading',
  StrongEmphasis: 'md-strong', Emphasis: 'md-emphasis', InlineCode: 'md-code', FencedCode: 'md-code',
  HeaderMark: 'md-mark', EmphasisMark: 'md-mark', CodeMark: 'md-mark', QuoteMark: 'md-mark', ListMark: 'md-mark', LinkMark: 'md-mark', CodeInfo: 'md-mark',
};

/** Gives the nodes of a syntax tree their classes, in the part of the text in view. */
export const markSyntax = (names: Readonly<Record<string, string>>): Extension => ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) { this.decorations = marksOf(view, names); }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state)) this.decorations = marksOf(update.view, names);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const markStyles: Extension = markSyntax(classes);

function marksOf(view: EditorView, names: Readonly<Record<string, string>>): DecorationSet {
  const marks: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from, to,
      enter: (node) => {
        const name = names[node.name];
        if (name !== undefined && node.from < node.to) marks.push(Decoration.mark({ class: name }).range(node.from, node.to));
      },
    });
  }
  return Decoration.set(marks, true);
}

/** Puts `mark` around the selection, or takes it away where it stands already. */
export function wrapSelection(view: EditorView, mark: string): boolean {
  const { from, to } = view.state.selection.main;
  const { doc } = view.state;
  const size = mark.length;
  const isWrapped = doc.sliceString(from - size, from) === mark && doc.sliceString(to, to + size) === mark;
  view.dispatch(isWrapped
    ? { changes: [{ from: from - size, to: from }, { from: to, to: to + size }], userEvent: 'delete' }
    : { changes: [{ from, insert: mark }, { from: to, insert: mark }], selection: { anchor: from + size, head: to + size }, userEvent: 'input' });
  return true;
}
