/**
 * Everything that is known of the folder: what goes out, what comes in and from whom, what is wrong and what it means.
 * It says only what files say, each with its time; nobody is shown as being there.
 */
import { useState, type ReactElement, type ReactNode } from 'react';
import type { FolderProblem, SyncPeer, SyncStatus } from '../../shared/domain/sync.ts';
import { useNow } from '../state/now.ts';
import { navigate, routes } from '../state/route.ts';
import { lookAgain } from '../state/sync-status.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { formatDateTime } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { attempt } from '../ui/toast.tsx';
import { incomingSentence, outgoingSentence, peerSentence } from './sync-words.ts';
import styles from './sync-panel.module.css';

export function SyncPanel({ status, onClose }: { readonly status: SyncStatus; readonly onClose: () => void }): ReactElement {
  const nowMs = useNow(15_000);
  const [isLooking, setIsLooking] = useState(false);
  const look = async () => {
    setIsLooking(true);
    await attempt(lookAgain);
    setIsLooking(false);
  };
  const open = (go: () => void) => () => { onClose(); go(); };
  return (
    <>
      <header className={styles['head']}>
        <h2>The folder</h2>
        <Button kind="ghost" isSmall icon="undo" isPending={isLooking} onPress={() => void look()}>Look again now</Button>
        <IconButton icon="close" label="Close" isSmall onPress={onClose} />
      </header>
      <Part title="Your changes"><p className="selectable">{outgoingSentence(status, nowMs)}</p></Part>
      {status.conflictCount > 0 ? (
        <Part title="Versions to choose between">
          <p>{status.conflictCount === 1 ? 'One value was' : `${status.conflictCount} values were`} written by two people who did not know of each other. Both are kept until somebody chooses.</p>
          <div><Button isSmall icon="compare" onPress={open(() => navigate(routes.conflicts()))}>Look at both</Button></div>
        </Part>
      ) : null}
      {status.problems.length > 0 ? (
        <Part title={`Problems (${status.problems.length})`}>
          <ul className={styles['problems']}>{status.problems.map((problem) => <Problem key={`${problem.file} ${problem.what}`} problem={problem} />)}</ul>
        </Part>
      ) : null}
      <Part title="From others">
        <p>{incomingSentence(status, nowMs)}</p>
        <ul className={styles['peers']}>{status.peers.map((peer) => <Peer key={peer.device} peer={peer} nowMs={nowMs} />)}</ul>
      </Part>
      <footer className={styles['foot']}><Button kind="ghost" isSmall icon="shield" onPress={open(() => navigate(routes.settings({ part: 'diagnostics' })))}>Diagnostics</Button></footer>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return <section className={styles['part']}><h3 className="heading-small">{title}</h3>{children}</section>;
}

const kindWords: Readonly<Record<FolderProblem['kind'], { readonly word: string; readonly icon: IconName }>> = {
  waiting: { word: 'Waiting', icon: 'clock' }, damaged: { word: 'Damaged', icon: 'error' }, missing: { word: 'Missing', icon: 'warning' },
  foreign: { word: 'Foreign', icon: 'info' }, local: { word: 'This computer', icon: 'warning' },
};

/** One problem: what is wrong with which file, and what it means. */
export function Problem({ problem }: { readonly problem: FolderProblem }): ReactElement {
  const { word, icon } = kindWords[problem.kind];
  return (
    <li data-kind={problem.kind}>
      <Icon name={icon} size={12} />
      <div>
        <p><strong>{word}</strong>: {problem.what}</p>
        <p className={styles['meaning']}>{problem.meaning}</p>
        {problem.kind === 'local' ? null : <p className={styles['file']}><span className="mono selectable" title={problem.file}>{problem.file}</span></p>}
      </div>
    </li>
  );
}

function Peer({ peer, nowMs }: { readonly peer: SyncPeer; readonly nowMs: number }): ReactElement {
  return (
    <li>
      <Icon name="person" size={12} />
      <span className={styles['person']}><span className="ellipsis">{peer.person}</span>{peer.isThis ? <span className="muted">this computer</span> : peer.name === null ? null : <span className="muted ellipsis">{peer.name}</span>}</span>
      <span className={styles['facts']} title={peer.lastAtMs === null ? undefined : formatDateTime(peer.lastAtMs)}>{peerSentence(peer, nowMs)}</span>
    </li>
  );
}
