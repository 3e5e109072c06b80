/** The application menu. Items of the window send the id of a command; the window decides what it does. */
import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import type { WindowSession } from './session.ts';

export interface MenuActions {
  newWindow(): void;
  sessionOf(window: BrowserWindow): WindowSession | undefined;
}

/** A menu item that is a command of the window: its label, the command's id, its accelerator. */
type CommandItem = readonly [label: string, id: string, accelerator?: string];

const projectItems: readonly CommandItem[] = [
  ['New project...', 'project.create', 'CmdOrCtrl+N'],
  ['Open project...', 'project.open', 'CmdOrCtrl+O'],
  ['Open sample project', 'project.openSample'],
  ['Close project', 'project.close', 'CmdOrCtrl+Shift+W'],
];
const dataItems: readonly CommandItem[] = [
  ['Import data...', 'data.import', 'CmdOrCtrl+I'],
  ['Export archive...', 'archive.export', 'CmdOrCtrl+E'],
  ['Verify an archive...', 'archive.verify'],
];
const goItems: readonly CommandItem[] = [
  ['Command palette', 'palette.open', 'CmdOrCtrl+K'],
  ['Notebook', 'go.notebook'],
  ['Datasets', 'go.datasets'],
  ['Runs', 'go.runs'],
  ['Models', 'go.models'],
  ['Drift', 'go.drift'],
  ['History', 'go.history'],
];

export function installMenu(actions: MenuActions): void {
  const command = ([label, id, accelerator]: CommandItem): MenuItemConstructorOptions => ({
    label,
    id,
    ...(accelerator ? { accelerator } : {}),
    click: (_item, target) => {
      const window = target instanceof BrowserWindow ? target : BrowserWindow.getFocusedWindow();
      if (window) actions.sessionOf(window)?.send('shell.command', { id });
    },
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        ...projectItems.map(command), separator,
        { label: 'New window', accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() }, separator,
        ...dataItems.map(command), separator,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, separator, { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [separator, { role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
      ],
    },
    { label: 'Go', submenu: goItems.map(command) },
    { role: 'windowMenu' },
    { role: 'help', submenu: [command(['Keyboard shortcuts', 'help.keys'])] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
