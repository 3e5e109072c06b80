/** The recovery sheet: shown as a page of paper, and printed as one, whatever the theme of the window. */
import { type ReactElement } from 'react';
import { createPortal } from 'react-dom';
import type { RecoverySheet } from '../../shared/domain/people.ts';
import { call } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatDateTime } from '../ui/format.ts';
import { attempt, showToast } from '../ui/toast.tsx';
import { deviceName } from './people-words.ts';
import styles from './people-sheet.module.css';

export function SheetView({ sheet, onDone }: { readonly sheet: RecoverySheet; readonly onDone: () => void }): ReactElement {
  const savePdf = () => {
    void attempt(async () => {
      const { isSaved } = await call('shell.savePdf', { defaultName: `Recovery sheet, ${deviceName({ name: sheet.deviceName, id: sheet.device }).replace(/[^\w .-]/g, '_')}.pdf` });
      if (isSaved) showToast('The sheet is saved. Print it, and keep no copy on this computer.');
    });
  };
  return (
    <div className={styles['view']}>
      <div className={styles['tools']}>
        <p className="muted">It is shown once. Print it, and keep it where you keep your passport. The passphrase does not belong on it.</p>
        <Button icon="page" onPress={() => window.print()}>Print</Button>
        <Button icon="download" onPress={savePdf}>Save as PDF</Button>
        <Button kind="primary" icon="check" onPress={onDone}>Done</Button>
      </div>
      <div className={styles['desk']}><Paper sheet={sheet} /></div>
      {createPortal(<div className={classNames(styles['print'], 'printed')} aria-hidden><Paper sheet={sheet} /></div>, document.body)}
    </div>
  );
}

function Paper({ sheet }: { readonly sheet: RecoverySheet }): ReactElement {
  const { qr } = sheet;
  return (
    <article className={styles['paper']}>
      <header><h2>Assay recovery sheet</h2><p>Keep this page safe. With it and its passphrase, {sheet.person} can go on as the same person on another computer.</p></header>
      <dl className={styles['facts']}>
        <div><dt>Project</dt><dd>{sheet.projectName}</dd></div>
        <div><dt>Person</dt><dd>{sheet.person}</dd></div>
        <div><dt>Computer</dt><dd>{deviceName({ name: sheet.deviceName, id: sheet.device })}</dd></div>
        <div><dt>Device</dt><dd className="mono">{sheet.device}</dd></div>
        <div><dt>Made</dt><dd>{formatDateTime(sheet.atMs)}</dd></div>
        <div><dt>Eight words</dt><dd>{sheet.words.join(' ')}</dd></div>
      </dl>
      <div className={styles['code']}>
        <ol aria-label="Code">{sheet.lines.map((line) => <li key={line} className="selectable">{line}</li>)}</ol>
        <svg viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label="The same code for a scanner"><path d={qr.path} fill="currentColor" shapeRendering="crispEdges" /></svg>
      </div>
      <section>
        <h3>To recover</h3>
        <ol className={styles['steps']}>
          <li>Install Assay on the other computer and open the project folder there.</li>
          <li>Go to People and choose “Recover a computer”.</li>
          <li>Type the seven lines above, or scan the code, and enter the passphrase.</li>
          <li>If the lost computer may be in other hands, revoke it there.</li>
        </ol>
        <p className={styles['small']}>Each line ends with its own check: the last four characters. O is read as 0, I and L as 1; there is no U. Without a window: assay people recover.</p>
      </section>
      <p className={styles['passphrase']}>Passphrase: chosen by {sheet.person}; do not write it here.</p>
    </article>
  );
}
