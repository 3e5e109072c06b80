/** Serves the shell's channels: one function per channel; a missing or an extra one does not compile. */
import { dialog, ipcMain, type FileFilter } from 'electron';
import type { OutputOf, ParsedInputOf } from '../../shared/contract/channel.ts';
import { shellChannels, type ShellChannelName, type ShellChannels } from '../../shared/contract/index.ts';
import { exportEndings, exportFormatWords } from '../../shared/domain/dataset-export.ts';
import { fail, toResult, type Result } from '../../shared/errors.ts';
import { chooseFile, chooseTarget, droppedPaths, savePdf } from './files.ts';
import { chooseNewProject, chooseProject, openChosen, sampleProject } from './projects.ts';
import { isTrustedSender } from './security.ts';
import type { WindowSession } from './session.ts';
import type { Shell } from './shell.ts';

type Handlers = {
  readonly [N in ShellChannelName]: (
    session: WindowSession,
    input: ParsedInputOf<ShellChannels[N]>,
  ) => OutputOf<ShellChannels[N]> | Promise<OutputOf<ShellChannels[N]>>;
};

const tables: FileFilter = { name: 'Tables', extensions: ['csv', 'tsv', 'txt', 'parquet', 'json', 'jsonl', 'ndjson', 'xlsx', 'sqlite', 'sqlite3', 'db', 'arrow', 'feather', 'gz', 'zst'] };
const archives: FileFilter = { name: 'Assay archives', extensions: ['eln'] };
const onnxModels: FileFilter = { name: 'ONNX models', extensions: ['onnx'] };
const pdfs: FileFilter = { name: 'PDF', extensions: ['pdf'] };
const anyFile: FileFilter = { name: 'All files', extensions: ['*'] };
const dialogs = {
  import: { title: 'Import data', filters: [tables, anyFile], many: true },
  folder: { title: 'Import a folder', filters: [], many: true },
  predict: { title: 'Choose data to predict', filters: [tables, anyFile], many: false },
  model: { title: 'Choose a model to train on', filters: [onnxModels, anyFile], many: false },
  verify: { title: 'Verify an archive', filters: [archives, anyFile], many: false },
} as const;

/** @param sessionOf the session of a window's web contents id */
export function serveShell(shell: Shell, sessionOf: (contentsId: number) => WindowSession | undefined): void {
  const handlers = shellHandlers(shell);

  ipcMain.handle('shell', (event, channel: unknown, input: unknown): Promise<Result<unknown>> => toResult(async () => {
    const session = isTrustedSender(event) ? sessionOf(event.sender.id) : undefined;
    if (!session) throw fail('internal/not-allowed');
    if (typeof channel !== 'string' || !Object.hasOwn(shellChannels, channel)) throw fail('internal/unknown-channel', { channel: String(channel) });
    const name = channel as ShellChannelName;
    const parsed = shellChannels[name].input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw fail('internal/invalid-input', { field: issue?.path.join('.') || 'input', message: issue?.message ?? 'unknown' });
    }
    const handler = handlers[name] as (session: WindowSession, input: unknown) => unknown;
    return shellChannels[name].output.parse(await handler(session, parsed.data));
  }, (thrown) => console.error(thrown)));

  ipcMain.on('window-ready', (event) => {
    if (isTrustedSender(event)) sessionOf(event.sender.id)?.windowReady();
  });
  ipcMain.on('files-dropped', (event, message: unknown) => {
    const session = isTrustedSender(event) ? sessionOf(event.sender.id) : undefined;
    if (session) void announceDrop(session, droppedPaths(message));
  });
}

async function announceDrop(session: WindowSession, paths: readonly string[]): Promise<void> {
  const files = await Promise.all(paths.map((path) => chooseFile(path, session.grant)));
  if (files.length > 0) session.send('shell.filesDropped', { files });
}

function shellHandlers(shell: Shell): Handlers {
  return {
    'shell.state': (session) => session.state(),
    'shell.chooseFiles': async ({ window, grant }, { purpose }) => {
      const { title, filters, many } = dialogs[purpose];
      const { filePaths } = await dialog.showOpenDialog(window, { title, filters: [...filters], properties: [purpose === 'folder' ? 'openDirectory' : 'openFile', ...(many ? ['multiSelections' as const] : [])] });
      return Promise.all(filePaths.map((path) => chooseFile(path, grant)));
    },
    'shell.chooseSave': async ({ window, grant }, { purpose, defaultName }) => {
      const { filePath } = await dialog.showSaveDialog(window, {
        title: purpose === 'archive' ? 'Export archive' : 'Export data',
        defaultPath: defaultName,
        filters: [purpose === 'archive' ? archives : { name: exportFormatWords[purpose], extensions: [...exportEndings[purpose]] }],
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      });
      return filePath ? chooseTarget(filePath, grant) : null;
    },
    'shell.savePdf': async ({ window }, { defaultName }) => {
      const { filePath } = await dialog.showSaveDialog(window, {
        title: 'Save as PDF', defaultPath: defaultName, filters: [pdfs], properties: ['createDirectory', 'showOverwriteConfirmation'],
      });
      if (!filePath) return { isSaved: false };
      await savePdf(await window.webContents.printToPDF({ preferCSSPageSize: true }), filePath);
      return { isSaved: true };
    },
    'shell.createProject': async (session, { name }) => openChosen(session, await chooseNewProject(session.window, name)),
    'shell.openProject': async (session, { recent }) => {
      const folder = recent === null ? undefined : shell.recent()[recent]?.folder;
      return openChosen(session, recent === null ? await chooseProject(session.window) : folder === undefined ? null : { folder });
    },
    'shell.openSample': (session) => openChosen(session, sampleProject(shell)),
    'shell.closeProject': async (session) => {
      await session.closeProject();
      return {};
    },
    'shell.setTheme': (session, { theme }) => {
      shell.setTheme(theme);
      session.publish();
      return {};
    },
  };
}
