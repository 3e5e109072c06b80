/** Dialogs about projects, and where new ones go by default. */
import { app, dialog, type BrowserWindow } from 'electron';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectToOpen, WindowSession } from './session.ts';
import type { Shell } from './shell.ts';

const sampleName = 'Sample project';

/** Asks for a folder; null when the user cancels. */
export async function chooseProject(window: BrowserWindow): Promise<ProjectToOpen | null> {
  const { filePaths } = await dialog.showOpenDialog(window, { title: 'Open project', buttonLabel: 'Open project', properties: ['openDirectory'] });
  return filePaths[0] === undefined ? null : { folder: filePaths[0] };
}

/** Asks where the project `name` shall lie; null when the user cancels. */
export async function chooseNewProject(window: BrowserWindow, name: string): Promise<ProjectToOpen | null> {
  const { filePath } = await dialog.showSaveDialog(window, {
    title: 'Create project',
    buttonLabel: 'Create project',
    nameFieldLabel: 'Folder',
    defaultPath: join(app.getPath('documents'), folderName(name)),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  return filePath ? { folder: filePath, create: { name } } : null;
}

/** The sample project of this user, made when it is not there yet. */
export function sampleProject(shell: Shell): ProjectToOpen {
  const folder = join(shell.userDataDir, 'sample-project');
  const { sampleDir } = shell;
  if (existsSync(join(folder, 'assay.json'))) return { folder, sampleDir };
  mkdirSync(folder, { recursive: true });
  return { folder, create: { name: sampleName }, sampleDir };
}

/** Opens `project` in this window; false when there is none to open. */
export async function openChosen(session: WindowSession, project: ProjectToOpen | null): Promise<{ opened: boolean }> {
  if (project === null) return { opened: false };
  await session.open(project);
  return { opened: true };
}

/** A folder name that every file system takes. */
export function folderName(projectName: string): string {
  const safe = projectName.normalize('NFC').replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ').replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  return safe.slice(0, 80) || 'Project';
}
