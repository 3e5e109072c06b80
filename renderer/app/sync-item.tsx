/** The folder in the status bar: where one's own changes are and what needs attention; pressed, it shows everything. */
import type { ReactElement } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { issueWords, savedWords, type SyncWords } from '../../shared/domain/sync-words.ts';
import { useNow } from '../state/now.ts';
import { showSync, useSync } from '../state/sync-status.ts';
import { formatWhen } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { SyncPanel } from './sync-panel.tsx';
import styles from './sync-item.module.css';

const toneIcons: Readonly<Record<SyncWords['tone'], IconName>> = { ok: 'check', plain: 'clock', warn: 'warning', danger: 'error' };

export function SyncItem(): ReactElement | null {
  const { status, isShown } = useSync();
  const nowMs = useNow(30_000);
  if (status.status === 'loading') return null;
  const saved: SyncWords = status.status === 'ready' ? savedWords(status.value, (atMs) => formatWhen(atMs, nowMs)) : { tone: 'warn', text: 'The folder could not be looked at' };
  const issue = status.status === 'ready' ? issueWords(status.value) : null;
  return (
    <DialogTrigger isOpen={isShown} onOpenChange={showSync}>
      <AriaButton className={styles['item'] ?? ''} aria-label={`Folder: ${[saved, issue].flatMap((words) => words?.text ?? []).join('; ')}`}>
        <Words words={saved} />
        {issue ? <Words words={issue} /> : null}
      </AriaButton>
      <Popover className={styles['popover'] ?? ''} placement="top start" offset={6}>
        <Dialog className={styles['dialog'] ?? ''} aria-label="The folder">
          {status.status === 'ready' ? <SyncPanel status={status.value} onClose={() => showSync(false)} /> : <p>{status.error.what} {status.error.fix}</p>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Words({ words }: { readonly words: SyncWords }): ReactElement {
  return <span className={styles['words']}><Icon name={toneIcons[words.tone]} size={12} className={styles[words.tone]} /><span className="ellipsis">{words.text}</span></span>;
}
