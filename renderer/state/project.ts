/** The open project and the shell around it. */
import { create } from 'zustand';
import type { ProjectInfo } from '../../shared/contract/project.ts';
import type { ShellState } from '../../shared/contract/shell.ts';
import { toFailure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { finishBeforeLeaving } from './leaving.ts';
import { loading, type Loadable } from './loadable.ts';

interface ProjectState { readonly info: Loadable<ProjectInfo>; }
export const useProject = create<ProjectState>()(() => ({ info: loading }));

interface ShellStore { readonly shell: Loadable<ShellState>; }
export const useShell = create<ShellStore>()(() => ({ shell: loading }));

export async function loadProject(): Promise<void> {
  try {
    const value = await call('project.get', {});
    useProject.setState({ info: { status: 'ready', value } });
  } catch (thrown) {
    useProject.setState({ info: { status: 'failed', error: toFailure(thrown) } });
  }
}

export function clearProject(): void {
  useProject.setState({ info: loading });
}

export async function loadShell(): Promise<void> {
  try {
    applyShell(await call('shell.state', {}));
  } catch (thrown) {
    useShell.setState({ shell: { status: 'failed', error: toFailure(thrown) } });
  }
}

export function applyShell(value: ShellState): void {
  useShell.setState({ shell: { status: 'ready', value } });
}

/** Why nothing can be changed now, or null when it can. */
export function useReadOnlyReason(): string | null {
  return useProject(({ info }) => (info.status === 'ready' && !info.value.canWrite ? info.value.readOnlyReason ?? 'The project is open for reading only.' : null));
}

export const renameProject = (name: string, basedOn: string) => call('project.rename', { name, basedOn });
export const createProject = (name: string) => finishBeforeLeaving().then(() => call('shell.createProject', { name }));
export const openProject = (recent: number | null) => finishBeforeLeaving().then(() => call('shell.openProject', { recent }));
export const openSample = () => finishBeforeLeaving().then(() => call('shell.openSample', {}));
export const closeProject = () => finishBeforeLeaving().then(() => call('shell.closeProject', {}));
export const setTheme = (theme: ShellState['theme']) => call('shell.setTheme', { theme });
