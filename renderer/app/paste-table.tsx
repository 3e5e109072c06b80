/** A table from the clipboard: pasted on the list of datasets, or into the dialog. The app cannot read the clipboard by itself. */
import { useEffect, useState, type ClipboardEvent as ReactClipboardEvent, type ReactElement } from 'react';
import { pasteTable } from '../state/import.ts';
import { navigate, routes } from '../state/route.ts';
import { showOverlay, useUi } from '../state/ui.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt, showToast } from '../ui/toast.tsx';
import { isTypingTarget } from './shortcuts.ts';

export function PasteTable(): ReactElement {
  const [text, setText] = useState('');
  const close = () => showOverlay(null);
  const goOn = (pasted: string) => {
    close();
    void attempt(() => lookAtPasted(pasted));
  };
  // A whole table is not drawn as text first: it goes on at once.
  const onPaste = (event: ReactClipboardEvent) => {
    const pasted = event.clipboardData.getData('text/plain');
    if (text !== '' || pasted.trim() === '') return;
    event.preventDefault();
    goOn(pasted);
  };
  return (
    <Dialog
      title="Paste a table" isOpen onClose={close} width={560}
      actions={<><Button kind="ghost" onPress={close}>Cancel</Button><Button kind="primary" isDisabled={text.trim() === ''} onPress={() => goOn(text)}>Look at it</Button></>}
    >
      <div onPaste={onPaste}>
        <TextField label="Table" value={text} onChange={setText} lines={8} isMono autoFocus hint="Cells copied from a spreadsheet, CSV, a Markdown table or JSON. Paste it here; you see it before it is stored." onEnter={() => { if (text.trim() !== '') goOn(text); }} />
      </div>
    </Dialog>
  );
}

/** While the view is open, what is pasted outside of any field is looked at as a table. */
export function usePasting(isOff: boolean): void {
  useEffect(() => {
    if (isOff) return;
    const listen = (event: ClipboardEvent) => {
      if (event.defaultPrevented || isTypingTarget(event.target) || document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text.trim() === '') showToast('The clipboard holds no text.');
      else void attempt(() => lookAtPasted(text));
    };
    addEventListener('paste', listen);
    return () => removeEventListener('paste', listen);
  }, [isOff]);
}

async function lookAtPasted(text: string): Promise<void> {
  useUi.setState({ filesToImport: [await pasteTable(text)] });
  navigate(routes.import());
}
