/** The window: start screen without a project, else rail, the open page and the status bar; overlays above. */
import { Suspense, useEffect, type CSSProperties, type ReactElement } from 'react';
import { on } from '../api.ts';
import { valueOr } from '../state/loadable.ts';
import { closeProject, openProject, useProject, useShell } from '../state/project.ts';
import { navigate, routes, useRoute } from '../state/route.ts';
import { usePanels, useUi } from '../state/ui.ts';
import { Button } from '../ui/button.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt, showToast, ToastRegion } from '../ui/toast.tsx';
import { failureOf } from '../../shared/errors.ts';
import { currentCommands, runCommand } from './commands.ts';
import { CrashBoundary } from './crash-boundary.tsx';
import { CreateProject } from './create-project.tsx';
import { DropHint } from './drop-hint.tsx';
import { JobNotices } from './job-notices.tsx';
import { KeysHelp } from './keys-help.tsx';
import { Palette } from './palette.tsx';
import { PasteTable } from './paste-table.tsx';
import { Rail } from './rail.tsx';
import { CurrentScreen } from './screens.tsx';
import { createKeyReader, isTypingTarget } from './shortcuts.ts';
import { StartScreen } from './start-screen.tsx';
import { StatusBar } from './status-bar.tsx';
import { SyncNotices } from './sync-notices.tsx';
import { PolicyQuestion } from './under-policies.tsx';
import styles from './frame.module.css';

export function Frame(): ReactElement {
  const shell = useShell((state) => state.shell);
  const overlay = useUi((state) => state.overlay);
  useEffect(() => listenToKeys(), []);
  useEffect(() => listenToShell(), []);
  return (
    <>
      {shell.status === 'loading' ? <Loading label="Starting" rows={0} />
        : shell.status === 'failed' ? <ErrorPanel error={shell.error} />
          : shell.value.project === null ? <StartScreen shell={shell.value} /> : <ProjectFrame />}
      {overlay === 'palette' ? <Palette /> : overlay === 'keys' ? <KeysHelp /> : overlay === 'create-project' ? <CreateProject /> : overlay === 'paste-table' ? <PasteTable /> : null}
      <DropHint isProjectOpen={shell.status === 'ready' && shell.value.project !== null} />
      <PolicyQuestion />
      <ToastRegion />
      <JobNotices />
    </>
  );
}

function ProjectFrame(): ReactElement {
  const shell = useShell((state) => valueOr(state.shell, null));
  const info = useProject((state) => state.info);
  const railWidth = usePanels((state) => state.railWidth);
  const { screen, id } = useRoute();
  useEffect(() => { document.title = info.status === 'ready' ? `${info.value.name} \u2013 Assay` : 'Assay'; }, [info]);

  if (shell?.engine === 'failed') {
    const reason = shell.engineError ?? failureOf('engine/stopped');
    return <ErrorPanel title="The project could not be opened" error={{ ...failureOf('engine/stopped'), what: reason.what, fix: reason.fix }} onRetry={() => { void attempt(() => openProject(0)); }} actions={<BackToStart />} />;
  }
  if (info.status === 'failed') return <ErrorPanel title="The project could not be opened" error={info.error} onRetry={() => location.reload()} actions={<BackToStart />} />;
  if (info.status === 'loading') return <Loading label="Opening the project" rows={0} />;
  return (
    <div className={styles['frame']} style={{ '--rail-width': `${railWidth}px` } as CSSProperties}>
      <Rail project={info.value} />
      <div className={styles['view']}>
        <SyncNotices />
        <div className={styles['page']}>
          <CrashBoundary key={`${screen} ${id ?? ''}`}>
            <Suspense fallback={<Loading label="Opening" />}><CurrentScreen /></Suspense>
          </CrashBoundary>
        </div>
      </div>
      <StatusBar project={info.value} />
    </div>
  );
}

function BackToStart(): ReactElement {
  return <Button onPress={() => { void attempt(closeProject); }}>Back to the start</Button>;
}

function listenToKeys(): () => void {
  const reader = createKeyReader();
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    const isOverlayOpen = useUi.getState().overlay !== null || document.querySelector('[role=dialog], [role=alertdialog]') !== null;
    if ((isTypingTarget(event.target) && !hasModifier) || (isOverlayOpen && !(hasModifier && event.key === 'k'))) return;
    const { command } = reader.read(event, currentCommands(), event.timeStamp);
    if (!command) return;
    event.preventDefault();
    runCommand(command.id);
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}

function listenToShell(): () => void {
  const stops = [
    on('shell.command', ({ id }) => runCommand(id)),
    on('shell.filesDropped', ({ files }) => {
      if (files.length === 0) return;
      // The import waits for a project that is being opened.
      const project = valueOr(useShell.getState().shell, null)?.project ?? null;
      if (project === null || useProject.getState().info.status === 'failed') {
        showToast('Open a project first, then drop the files again.');
        return;
      }
      useUi.setState({ filesToImport: files });
      navigate(routes.import());
    }),
  ];
  return () => { for (const stop of stops) stop(); };
}
