/** Appearance, what can train, who is working here, and the health of the project. */
import { useState, type ReactElement } from 'react';
import type { Diagnostics, ProjectInfo } from '../../shared/contract/project.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { runCommand } from '../app/commands.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { loading, valueOr, type Loadable } from '../state/loadable.ts';
import { renameProject, setTheme, useProject, useShell } from '../state/project.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { formatBytes, formatCount, formatHash, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { Facts } from '../ui/inspector.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { Segmented } from '../ui/toggles.tsx';
import { Compute } from './settings-compute.tsx';
import { verifySentence, verifyTone } from './verify-words.ts';
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
        <Compute />
        {project.status === 'loading' ? <Loading label="Reading the project" />
          : project.status === 'failed' ? <ErrorPanel error={project.error} />
            : <><Person project={project.value} /><Project project={project.value} /></>}
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
        { term: 'Key', value: <CopyText value={project.deviceFingerprint} label="the eight words of your key" /> },
      ]} />
      <p className={styles['note']}>Everything you do is signed with the key of this computer. It never leaves this computer.</p>
    </section>
  );
}

function Project({ project }: { readonly project: ProjectInfo }): ReactElement {
  const diagnostics = useCall('project.diagnose', {}, ['project', 'dataset', 'run']);
  return (
    <section aria-labelledby="project">
      <h2 id="project">Project</h2>
      <Facts facts={[
        { term: 'Name', value: <InlineEdit label="Name of the project" value={project.name} isRequired isReadOnly={!project.canWrite} maxLength={120} onCommit={(name) => { void attempt(() => renameProject(name)); }} /> },
        { term: 'Folder', value: <CopyText value={project.folder} label="the path of the folder" /> },
        { term: 'Version', value: `Assay ${project.appVersion}` },
      ]} />
      <h3 className={styles['sub']}>Health</h3>
      {diagnostics.state.status === 'loading' ? <Loading label="Checking the project" rows={4} />
        : diagnostics.state.status === 'failed' ? <ErrorPanel isInline error={diagnostics.state.error} onRetry={diagnostics.reload} />
          : <Health diagnostics={diagnostics.state.value} />}
      <Verify />
    </section>
  );
}

function Health({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactElement {
  const { problems } = diagnostics;
  return (
    <>
      <Facts facts={[
        { term: 'State hash', value: <CopyText value={diagnostics.stateHash} shown={formatHash(diagnostics.stateHash)} label="the hash of the whole state" /> },
        { term: 'Events', value: formatCount(diagnostics.eventCount) },
        { term: 'Objects', value: formatCount(diagnostics.objectCount) },
        { term: 'Size', value: formatBytes(diagnostics.sizeBytes) },
        { term: 'Files', value: problems.length === 0 ? <StatusLabel tone="ok">No problems</StatusLabel> : <StatusLabel tone="warn">{formatPlural(problems.length, 'file')} set aside</StatusLabel> },
      ]} />
      {problems.length === 0 ? null : <ul className={styles['problems']}>{problems.map((problem) => <li key={problem.file}><Icon name="warning" size={12} /><span className="mono selectable">{problem.file}</span><span>{problem.what}</span></li>)}</ul>}
      <p className={styles['note']}>Two computers with the same state hash hold exactly the same project.</p>
    </>
  );
}

function Verify(): ReactElement {
  const [report, setReport] = useState<Loadable<VerifyReport> | null>(null);
  const verify = () => {
    setReport(loading);
    void call('project.verify', {}).then((value) => setReport({ status: 'ready', value }), (thrown: unknown) => setReport({ status: 'failed', error: toFailure(thrown) as Failure }));
  };
  return (
    <div className={styles['verify']}>
      <div><Button icon="shield" isPending={report?.status === 'loading'} onPress={verify}>Verify project now</Button><span className="muted">Reads every file again and checks all hashes, signatures and chains.</span></div>
      {report?.status === 'failed' ? <ErrorPanel isInline error={report.error} onRetry={verify} /> : null}
      {report?.status === 'ready' ? (
        <div className={styles['verdict']} role="status">
          <StatusLabel tone={verifyTone(report.value)}>{verifySentence(report.value)}</StatusLabel>
          {report.value.findings.length === 0 ? null : <ul className={styles['problems']}>{report.value.findings.map((finding) => <li key={`${finding.file} ${finding.what}`}><Icon name="warning" size={12} /><span className="mono selectable">{finding.file}</span><span>{finding.what}</span></li>)}</ul>}
        </div>
      ) : null}
    </div>
  );
}
