/** What all windows share: where things lie, the recent projects, the theme. */
import { app, nativeTheme } from 'electron';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { jsonFile } from './settings.ts';
import { RecentProjects, withProject } from './recent.ts';
import { defaultWindowState, WindowState } from './window-state.ts';

const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

export interface Shell {
  /** Folder of main.js, engine.js and workers/. */
  readonly codeDir: string;
  readonly bundleDir: string;
  readonly preload: string;
  readonly sampleDir: string;
  readonly icon: string | undefined;
  /** Where the engine keeps its outbox, index and key. */
  readonly userDataDir: string;
  readonly engineEnv: NodeJS.ProcessEnv;
  recent(): RecentProjects;
  remember(project: { name: string; folder: string }): void;
  /** The name a folder was last opened under. */
  nameOf(folder: string): string;
  setTheme(theme: Theme): void;
  windowState(): WindowState;
  saveWindowState(state: WindowState): void;
}

/** @param codeDir folder of the bundled main.js */
export function createShell(codeDir: string): Shell {
  const userDataDir = app.getPath('userData');
  const resourcesDir = app.isPackaged ? process.resourcesPath : join(codeDir, '../../resources');
  const recentFile = jsonFile(join(userDataDir, 'recent.json'), RecentProjects, []);
  const themeFile = jsonFile(join(userDataDir, 'theme.json'), Theme, 'system');
  const windowFile = jsonFile(join(userDataDir, 'window.json'), WindowState, defaultWindowState);
  let recent = recentFile.read();
  nativeTheme.themeSource = themeFile.read();

  const icon = join(resourcesDir, 'icon.png');
  return {
    codeDir,
    bundleDir: join(codeDir, '../renderer'),
    preload: join(codeDir, '../preload/preload.cjs'),
    // The packaged app has the sample files beside its code, not inside the archive, where only we can read.
    sampleDir: app.isPackaged ? join(resourcesDir, 'sample') : join(codeDir, '../sample'),
    icon: existsSync(icon) ? icon : undefined,
    userDataDir,
    engineEnv: engineEnvironment(resourcesDir),
    recent: () => recent,
    remember: (project) => {
      recent = withProject(recent, project, Date.now());
      recentFile.write(recent);
    },
    nameOf: (folder) => recent.find((project) => project.folder === folder)?.name ?? basename(folder),
    setTheme: (theme) => {
      nativeTheme.themeSource = theme;
      themeFile.write(theme);
    },
    windowState: windowFile.read,
    saveWindowState: windowFile.write,
  };
}

/** The environment of the engine and its workers: ours, without what would change how Node starts. */
function engineEnvironment(resourcesDir: string): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
  // A package made on the fallback Electron carries the better-sqlite3 built for it.
  const carried = join(resourcesDir, 'better_sqlite3.node');
  return app.isPackaged && existsSync(carried) ? { ...env, ASSAY_SQLITE_BINDING: carried } : env;
}
