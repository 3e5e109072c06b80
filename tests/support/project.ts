/** A real project in a temporary folder, with real workers, for tests of use cases. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { closeContext, openContext, type AppContext } from '../../electron/app/context.ts';
import { startImport, type ImportOutcome } from '../../electron/app/imports.ts';
import type { Disk } from '../../electron/files/disk.ts';
import { testLauncher } from './launcher.ts';
import { createProject, openProject } from '../../electron/store/store.ts';
import type { EventName } from '../../shared/contract/index.ts';
import { planAsFound } from '../../shared/domain/datasets.ts';

export interface TestProject {
  readonly context: AppContext;
  readonly folder: string;
  readonly events: { event: EventName; payload: unknown }[];
  /** Closes the project and opens it again, as after a restart. */
  reopen(): Promise<TestProject>;
  /** Closes the project; the second time does nothing. */
  close(): Promise<void>;
}

/** An empty project; it is closed and its folder removed when the test ends. */
export async function aProject({ disk }: { disk?: Disk } = {}): Promise<TestProject> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return open(folder, { isNew: true, atEnd: onTestFinished, ...(disk && { disk }) });
}

/** An empty project for all tests of a block; the caller closes it and removes its folder. */
export async function openTestProject(): Promise<TestProject> {
  return open(await mkdtemp(join(tmpdir(), 'assay-test-')), { isNew: true, atEnd: () => undefined });
}

interface Opening {
  readonly isNew: boolean;
  readonly atEnd: (close: () => Promise<void>) => void;
  readonly disk?: Disk;
}

async function open(folder: string, { isNew, atEnd, disk }: Opening): Promise<TestProject> {
  const events: TestProject['events'] = [];
  const options = {
    projectDir: join(folder, 'project'), userDataDir: join(folder, 'user'), clock: () => Date.now(),
    random: (byteCount: number) => randomBytes(byteCount), person: 'Ana', appVersion: '0.0.0',
    ...(disk && { disk }),
  };
  const store = await (isNew ? createProject({ ...options, name: 'Test' }) : openProject(options));
  const context = openContext({
    store, launchWorker: testLauncher(), clock: options.clock, appVersion: '0.0.0', userDataDir: options.userDataDir, person: 'Ana',
    viewerPath: join(import.meta.dirname, '../../out/viewer/index.html'),
    emit: (event, payload) => events.push({ event, payload }),
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await closeContext(context);
    isClosed = true;
  };
  atEnd(close);
  return {
    context, folder, events, close,
    reopen: async () => {
      await close();
      return open(folder, { isNew: false, atEnd });
    },
  };
}

/** Writes `content` to a file and imports it as the reader suggests. */
export async function importText({ context, folder }: TestProject, fileName: string, content: string | Uint8Array): Promise<ImportOutcome> {
  const path = join(folder, fileName);
  await writeFile(path, content);
  return importPath({ context }, path);
}

export async function importPath({ context }: Pick<TestProject, 'context'>, path: string, name = 'data'): Promise<ImportOutcome> {
  const sniff = await context.importer.run('sniff', { path });
  const plan = planAsFound(sniff);
  return startImport(context, { path, name, datasetId: null, plan }).finished;
}
