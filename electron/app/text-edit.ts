/** Turns a shared text into another one by the least edits, so that cursors and what others write meanwhile stay. */
import * as Y from 'yjs';
import { diffTexts } from '../../shared/domain/text-diff.ts';
import { textField } from '../store/index/text.ts';

/** The Yjs update that makes the text of `state` be `target`; null when it is already. */
export function textUpdateTo(state: Uint8Array, target: string): Uint8Array | null {
  const doc = new Y.Doc();
  try {
    Y.applyUpdate(doc, state);
    const text = doc.getText(textField);
    const parts = diffTexts(text.toString(), target);
    if (parts.every(({ kind }) => kind === 'same')) return null;
    const known = Y.encodeStateVector(doc);
    doc.transact(() => {
      let at = 0;
      for (const part of parts) {
        if (part.kind === 'removed') text.delete(at, part.text.length);
        else {
          if (part.kind === 'added') text.insert(at, part.text);
          at += part.text.length;
        }
      }
    });
    return Y.encodeStateAsUpdate(doc, known);
  } finally {
    doc.destroy();
  }
}

/** What a Yjs update writes, without what it takes out; empty for one that only takes out, or that cannot be read. */
export function insertedText(update: Uint8Array): string {
  try {
    return Y.decodeUpdate(update).structs.map((struct) => (struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : '')).join('');
  } catch {
    // The log is not ours alone: an update that Yjs cannot read has no text, and no part in the state.
    return '';
  }
}
