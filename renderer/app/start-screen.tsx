/** The window without a project: recent ones, a new one, another one, or the sample. */
import { useState, type ReactElement } from 'react';
import type { ShellState } from '../../shared/contract/shell.ts';
import { useNow } from '../state/now.ts';
import { createProject, openProject, openSample } from '../state/project.ts';
import { Button } from '../ui/button.tsx';
import { formatDateTime, formatWhen } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import styles from './start-screen.module.css';

export function StartScreen({ shell }: { readonly shell: ShellState }): ReactElement {
  const [name, setName] = useState<string | null>(null);
  const nowMs = useNow(60_000);
  const [isBusy, setIsBusy] = useState(false);
  const busy = (work: () => Promise<unknown>) => {
    setIsBusy(true);
    void attempt(work).finally(() => setIsBusy(false));
  };
  const create = () => { if (name?.trim()) busy(() => createProject(name.trim())); };
  return (
    <main className={styles['screen']}>
      <div className={styles['panel']}>
        <header>
          <h1>Assay</h1>
          <p className="muted">A lab notebook for machine learning. Everything stays on this computer.</p>
        </header>
        {name === null ? (
          <div className={styles['actions']}>
            <Button kind="primary" icon="plus" isDisabled={isBusy} onPress={() => setName('')}>New project</Button>
            <Button icon="folder" isDisabled={isBusy} onPress={() => busy(() => openProject(null))}>Open a project</Button>
            <Button kind="ghost" icon="sparkle" isDisabled={isBusy} onPress={() => busy(openSample)}>Try with sample data</Button>
          </div>
        ) : (
          <div className={styles['create']}>
            <TextField label="Name of the project" value={name} onChange={setName} autoFocus placeholder="Flight delays" hint="Next you choose the folder that will hold it." onEnter={create} onEscape={() => setName(null)} />
            <div className={styles['actions']}>
              <Button kind="primary" isDisabled={name.trim() === ''} isPending={isBusy} onPress={create}>Choose folder and create</Button>
              <Button kind="ghost" onPress={() => setName(null)}>Back</Button>
            </div>
          </div>
        )}
        <section aria-label="Recent projects">
          <h2 className={`heading-small ${styles['heading']}`}>Recent projects</h2>
          {shell.recent.length === 0 ? <p className="muted">None yet. Your projects will be listed here.</p> : (
            <ul className={styles['recent']}>
              {shell.recent.map((project, index) => (
                <li key={project.folder}>
                  <button type="button" disabled={isBusy} onClick={() => busy(() => openProject(index))}>
                    <Icon name="folder" /><span className="ellipsis"><b>{project.name}</b><small className="ellipsis">{project.folder}</small></span>
                    <time title={formatDateTime(project.openedAtMs)}>{formatWhen(project.openedAtMs, nowMs)}</time>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      <footer className={styles['foot']}><Icon name="offline" />No network used<span>Version {shell.appVersion}</span></footer>
    </main>
  );
}
