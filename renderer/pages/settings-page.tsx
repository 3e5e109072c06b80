/** Appearance, who is working here, the health of the project, and what can train. */
import type { ReactElement } from 'react';
import type { ProjectInfo } from '../../shared/contract/project.ts';
import { runCommand } from '../app/commands.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { valueOr } from '../state/loadable.ts';
import { renameProject, setTheme, useProject, useShell } from '../state/project.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { Facts } from '../ui/inspector.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { Segmented } from '../ui/toggles.tsx';
import { Compute } from './settings-compute.tsx';
import { Health } from './settings-health.tsx';
import { VersionsChip } from './versions-chip.tsx';
import styles from './settings-page.module.css';

export function SettingsPage(): ReactElement {
  const project = useProject((state) => state.info);
  const shell = useShell((state) => valueOr(state.shell, null));
  return (
    <PageFrame title="Settings">
      <div className={styles['page']}>
        <section aria-labelledby="appearance">
          <h2 id="appearance">Appearance</h2>
          <div className={styles['line']}>
            <span>Theme</span>
            <Segmented
              label="Theme" value={shell?.theme ?? 'system'} onChange={(theme) => { void attempt(() => setTheme(theme)); }}
              options={[{ value: 'system', label: 'As the system' }, { value: 'light', label: 'Light', icon: 'sun' }, { value: 'dark', label: 'Dark', icon: 'moon' }]}
            />
          </div>
          <div className={styles['line']}><span>Keys</span><Button icon="keyboard" onPress={() => runCommand('keys.show')}>Show all keys</Button></div>
        </section>
        {project.status === 'loading' ? <Loading label="Reading the project" />
          : project.status === 'failed' ? <ErrorPanel error={project.error} />
            : <><Person project={project.value} /><Project project={project.value} /><Health /></>}
        <Compute />
      </div>
    </PageFrame>
  );
}

function Person({ project }: { readonly project: ProjectInfo }): ReactElement {
  return (
    <section aria-labelledby="person">
      <h2 id="person">You</h2>
      <Facts facts={[
        { term: 'Name', value: project.person },
        { term: 'Eight words', value: <CopyText value={project.deviceFingerprint} label="the eight words of your key" /> },
      ]} />
      <div><Button icon="person" onPress={() => runCommand('go.people')}>People and their computers</Button></div>
      <p className={styles['note']}>Everything you do is signed with the key of this computer. It never leaves this computer.</p>
    </section>
  );
}

function Project({ project }: { readonly project: ProjectInfo }): ReactElement {
  return (
    <section aria-labelledby="project">
      <h2 id="project">Project</h2>
      <Facts facts={[
        { term: 'Name', value: <><InlineEdit label="Name of the project" value={project.name} isRequired isReadOnly={!project.canWrite} maxLength={120} onCommit={(name, basedOn) => { void attempt(() => renameProject(name, basedOn)); }} /><VersionsChip entity={project.id} field="name" /></> },
        { term: 'Folder', value: <CopyText value={project.folder} label="the path of the folder" /> },
        { term: 'Version', value: `Assay ${project.appVersion}` },
      ]} />
    </section>
  );
}
