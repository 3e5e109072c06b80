/** The commands that exist everywhere. Those of one view come from its page (`useCommands`). */
import { call } from '../api.ts';
import { createPage } from '../state/pages.ts';
import { closeProject, openProject, openSample, setTheme, useProject, useShell } from '../state/project.ts';
import { navigate, routes, type Route } from '../state/route.ts';
import { lookAgain, showSync } from '../state/sync-status.ts';
import { showOverlay, toggleInspector, useUi } from '../state/ui.ts';
import { attempt } from '../ui/toast.tsx';
import { currentViewCommands, type Command } from './command.ts';
import { underPolicies } from './under-policies.tsx';

function noProject(): string | null {
  return useProject.getState().info.status === 'ready' ? null : 'Open a project first.';
}

function notWritable(): string | null {
  const { info } = useProject.getState();
  if (info.status !== 'ready') return 'Open a project first.';
  return info.value.canWrite ? null : info.value.readOnlyReason ?? 'The project is open for reading only.';
}

function go(id: string, label: string, keys: string, icon: Command['icon'], to: Route): Command {
  return { id, label, keys, icon, run: () => navigate(to), disabledReason: noProject };
}

export const globalCommands: readonly Command[] = [
  { id: 'palette.open', label: 'Search and commands', keys: 'mod+k', icon: 'search', run: () => showOverlay(useUi.getState().overlay === 'palette' ? null : 'palette') },
  { id: 'keys.show', label: 'Show all keys', keys: '?', icon: 'keyboard', run: () => showOverlay('keys') },
  go('go.datasets', 'Go to datasets', 'g d', 'database', routes.datasets()),
  go('go.sql', 'Go to SQL', 'g s', 'terminal', routes.sql()),
  go('go.runs', 'Go to runs', 'g r', 'runs', routes.runs()),
  go('go.models', 'Go to models', 'g m', 'cube', routes.models()),
  go('go.drift', 'Go to drift', 'g f', 'pulse', routes.drift()),
  go('go.history', 'Go to history', 'g h', 'clock', routes.history()),
  go('go.policies', 'Go to policies', 'g o', 'shield', routes.policies()),
  go('go.people', 'Go to people', 'g p', 'person', routes.people()),
  go('go.pages', 'Go to pages', 'g n', 'page', routes.pages()),
  go('go.settings', 'Go to settings', 'mod+,', 'settings', routes.settings()),
  { id: 'go.back', label: 'Go back', keys: 'alt+left', icon: 'chevron-left', run: () => history.back() },
  { id: 'go.forward', label: 'Go forward', keys: 'alt+right', icon: 'chevron-right', run: () => history.forward() },
  { id: 'data.import', label: 'Import data', keys: 'mod+i', icon: 'upload', words: 'file csv tsv parquet json', run: () => chooseAndImport(), disabledReason: notWritable },
  { id: 'data.importFolder', label: 'Import a folder', keys: null, icon: 'folder', words: 'files many parts hive', run: () => chooseAndImport('folder'), disabledReason: notWritable },
  { id: 'data.paste', label: 'Paste a table', keys: null, icon: 'copy', words: 'import clipboard spreadsheet markdown', run: () => showOverlay('paste-table'), disabledReason: notWritable },
  { id: 'train.new', label: 'Train a model', keys: 'mod+t', icon: 'play', words: 'run training', run: () => navigate(routes.train()), disabledReason: notWritable },
  { id: 'drift.new', label: 'Check drift', keys: 'mod+d', icon: 'pulse', words: 'monitor compare', run: () => navigate(routes.newDrift()), disabledReason: notWritable },
  { id: 'page.new', label: 'New page', keys: 'mod+n', icon: 'page', words: 'notebook note', run: newPage, disabledReason: notWritable },
  { id: 'archive.export', label: 'Export archive', keys: 'mod+shift+e', icon: 'archive', words: 'eln save share', run: exportArchive, disabledReason: noProject },
  { id: 'archive.verify', label: 'Verify an archive', keys: null, icon: 'shield', words: 'eln check hash', run: verifyArchive, disabledReason: noProject },
  { id: 'sync.show', label: 'Show the state of the folder', keys: null, icon: 'folder', words: 'sync status problems waiting', run: () => showSync(true), disabledReason: noProject },
  { id: 'sync.now', label: 'Look into the folder again', keys: null, icon: 'undo', words: 'sync refresh', run: () => attempt(lookAgain), disabledReason: noProject },
  { id: 'project.create', label: 'New project', keys: null, icon: 'plus', run: () => showOverlay('create-project') },
  { id: 'project.open', label: 'Open a project', keys: 'mod+o', icon: 'folder', run: () => attempt(() => openProject(null)) },
  { id: 'project.sample', label: 'Open the sample project', keys: null, icon: 'sparkle', run: () => attempt(openSample) },
  { id: 'project.close', label: 'Close the project', keys: null, icon: 'close', words: 'start screen new', run: () => attempt(closeProject), disabledReason: noProject },
  { id: 'view.inspector', label: 'Show or hide the inspector', keys: 'mod+.', icon: 'split', run: toggleInspector, disabledReason: noProject },
  { id: 'view.theme', label: 'Switch between light and dark', keys: 'mod+shift+l', icon: 'moon', words: 'theme appearance', run: switchTheme },
];

/** All commands of this moment; those of the open view come first. */
export function currentCommands(): readonly Command[] {
  return [...currentViewCommands(), ...globalCommands];
}

/** Runs a command by its id; a disabled or unknown one does nothing. */
export function runCommand(id: string): void {
  const command = currentCommands().find((one) => one.id === id);
  if (command && !command.disabledReason?.()) void attempt(async () => command.run());
}

/** Asks for files, or for folders, and opens the import screen on them. */
export async function chooseAndImport(purpose: 'import' | 'folder' = 'import'): Promise<void> {
  const files = await call('shell.chooseFiles', { purpose });
  if (files.length === 0) return;
  useUi.setState({ filesToImport: files });
  navigate(routes.import());
}

async function newPage(): Promise<void> {
  const { id } = await createPage('Untitled');
  useUi.setState({ freshPage: id });
  navigate(routes.page(id));
}

async function exportArchive(): Promise<void> {
  const { info } = useProject.getState();
  const name = info.status === 'ready' ? info.value.name : 'project';
  const target = await call('shell.chooseSave', { purpose: 'archive', defaultName: `${name.replace(/[^\w .-]/g, '_')}.eln` });
  if (target) await underPolicies({ action: 'export' }, (override) => call('archive.export', { target: target.handle, override }));
}

async function verifyArchive(): Promise<void> {
  const [file] = await call('shell.chooseFiles', { purpose: 'verify' });
  if (file) await call('archive.verify', { file: file.handle });
}

async function switchTheme(): Promise<void> {
  const { shell } = useShell.getState();
  if (shell.status !== 'ready') return;
  await setTheme(document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark');
}
