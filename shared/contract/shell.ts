/** What the shell (Electron main) does for the window: projects, dialogs, dropped files. */
import { z } from 'zod';
import { exportFormats } from '../domain/dataset-export.ts';
import { FileHandle } from '../domain/ids.ts';
import { channel } from './channel.ts';

export const ChosenFile = z.object({ handle: FileHandle, name: z.string(), sizeBytes: z.number().int(), isFolder: z.boolean() });
export type ChosenFile = z.infer<typeof ChosenFile>;

export const ShellState = z.object({
  /** The open project, or null on the start screen. */
  project: z.object({ name: z.string(), folder: z.string() }).nullable(),
  engine: z.enum(['none', 'starting', 'ready', 'failed']),
  /** Why the engine failed. */
  engineError: z.object({ what: z.string(), fix: z.string() }).nullable(),
  recent: z.array(z.object({ name: z.string(), folder: z.string(), openedAtMs: z.number() })),
  appVersion: z.string(),
  platform: z.string(),
  theme: z.enum(['system', 'light', 'dark']),
});
export type ShellState = z.infer<typeof ShellState>;

export const shellChannels = {
  'shell.state': channel({ input: z.object({}), output: ShellState, writes: false }),
  /** Opens the system's dialog; an empty list means the user cancelled. */
  'shell.chooseFiles': channel({ input: z.object({ purpose: z.enum(['import', 'folder', 'predict', 'verify', 'model']) }), output: z.array(ChosenFile), writes: false }),
  'shell.chooseSave': channel({ input: z.object({ purpose: z.enum(['archive', ...exportFormats]), defaultName: z.string().max(200) }), output: ChosenFile.nullable(), writes: false }),
  /** Asks where to, and writes what the window would print; false means the user cancelled. */
  'shell.savePdf': channel({ input: z.object({ defaultName: z.string().max(200) }), output: z.object({ isSaved: z.boolean() }), writes: false }),
  /** Asks for a folder and creates a project in it; false means the user cancelled. */
  'shell.createProject': channel({ input: z.object({ name: z.string().trim().min(1).max(120) }), output: z.object({ opened: z.boolean() }), writes: false }),
  'shell.openProject': channel({
    input: z.object({
      /** Index in `recent`; null asks with a dialog. */
      recent: z.number().int().min(0).nullable(),
    }),
    output: z.object({ opened: z.boolean() }),
    writes: false,
  }),
  /** Opens the sample project, making it first where it is missing. */
  'shell.openSample': channel({ input: z.object({}), output: z.object({ opened: z.boolean() }), writes: false }),
  'shell.closeProject': channel({ input: z.object({}), output: z.object({}), writes: false }),
  'shell.setTheme': channel({ input: z.object({ theme: z.enum(['system', 'light', 'dark']) }), output: z.object({}), writes: false }),
};

/** Events the shell sends to the window. */
export const shellEvents = {
  'shell.changed': ShellState,
  'shell.filesDropped': z.object({ files: z.array(ChosenFile) }),
  /** A menu item or its accelerator: the id of a command of the window. */
  'shell.command': z.object({ id: z.string() }),
};
