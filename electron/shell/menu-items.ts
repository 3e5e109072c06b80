/**
 * The items of the menu that are commands of the window: data, so that a test can hold them against the
 * window's own table. Accelerators are those of the commands; single keys stay the window's alone.
 */
export interface MenuCommand {
  readonly label: string;
  /** Id of the command in the window. */
  readonly id: string;
  /** As Electron writes it: "CmdOrCtrl+I". */
  readonly accelerator?: string;
}
export type MenuGroup = readonly (MenuCommand | 'separator')[];

export const fileItems: MenuGroup = [
  { label: 'New project...', id: 'project.create' },
  { label: 'Open project...', id: 'project.open', accelerator: 'CmdOrCtrl+O' },
  { label: 'Open sample project', id: 'project.sample' },
  { label: 'Close project', id: 'project.close' },
  'separator',
  { label: 'Import data...', id: 'data.import', accelerator: 'CmdOrCtrl+I' },
  { label: 'Export archive...', id: 'archive.export', accelerator: 'CmdOrCtrl+Shift+E' },
  { label: 'Verify an archive...', id: 'archive.verify' },
];

export const workItems: MenuGroup = [
  { label: 'New page', id: 'page.new', accelerator: 'CmdOrCtrl+N' },
  { label: 'Train a model...', id: 'train.new', accelerator: 'CmdOrCtrl+T' },
  { label: 'Check drift...', id: 'drift.new', accelerator: 'CmdOrCtrl+D' },
];

export const viewItems: MenuGroup = [
  { label: 'Search and commands', id: 'palette.open', accelerator: 'CmdOrCtrl+K' },
  { label: 'Show or hide the inspector', id: 'view.inspector', accelerator: 'CmdOrCtrl+.' },
  { label: 'Switch between light and dark', id: 'view.theme', accelerator: 'CmdOrCtrl+Shift+L' },
];

export const goItems: MenuGroup = [
  { label: 'Back', id: 'go.back', accelerator: 'Alt+Left' },
  { label: 'Forward', id: 'go.forward', accelerator: 'Alt+Right' },
  'separator',
  { label: 'Notebook', id: 'go.pages' },
  { label: 'Datasets', id: 'go.datasets' },
  { label: 'Runs', id: 'go.runs' },
  { label: 'Models', id: 'go.models' },
  { label: 'Drift', id: 'go.drift' },
  { label: 'History', id: 'go.history' },
  { label: 'Settings', id: 'go.settings', accelerator: 'CmdOrCtrl+,' },
];

export const helpItems: MenuGroup = [{ label: 'Show all keys', id: 'keys.show' }];

/** Every command of the menu. */
export const menuCommands: readonly MenuCommand[] = [fileItems, workItems, viewItems, goItems, helpItems]
  .flat()
  .filter((item): item is MenuCommand => item !== 'separator');
