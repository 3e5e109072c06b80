/** The application menu. An item of the window sends the id of a command; the window decides what it does. */
import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import { fileItems, goItems, helpItems, viewItems, workItems, type MenuGroup } from './menu-items.ts';
import type { WindowSession } from './session.ts';

export interface MenuActions {
  newWindow(): void;
  sessionOf(window: BrowserWindow): WindowSession | undefined;
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

export function installMenu(actions: MenuActions): void {
  const items = (group: MenuGroup): MenuItemConstructorOptions[] => group.map((item) => (item === 'separator' ? separator : {
    ...item,
    click: (_item, target) => {
      const window = target instanceof BrowserWindow ? target : BrowserWindow.getFocusedWindow();
      if (window) actions.sessionOf(window)?.send('shell.command', { id: item.id });
    },
  }));
  const isMac = process.platform === 'darwin';
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        ...items(fileItems), separator,
        { label: 'New window', accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() }, separator,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    { label: 'Work', submenu: items(workItems) },
    {
      label: 'View',
      submenu: [
        ...items(viewItems), separator,
        { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [separator, { role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
      ],
    },
    { label: 'Go', submenu: items(goItems) },
    { role: 'windowMenu' },
    { role: 'help', submenu: items(helpItems) },
  ]));
}
