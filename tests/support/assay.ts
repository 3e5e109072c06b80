/** The page's own door, for tests that ask the app directly. */
import { expect, type Page } from 'playwright/test';
import type { ChannelName, EventName, EventPayload, Input, Output } from '../../shared/contract/index.ts';
import type { Result } from '../../shared/errors.ts';
import { dropFiles, type LaunchedApp } from './launch.ts';

interface Door {
  call(channel: string, input: unknown): Promise<Result<unknown>>;
  on(event: string, listener: (payload: unknown) => void): () => void;
}

/** Calls a channel as the page does. */
export async function call<N extends ChannelName>(window: Page, channel: N, input: Input<N>): Promise<Result<Output<N>>> {
  const result = await window.evaluate(([name, value]) => (globalThis as unknown as { assay: Door }).assay.call(name, value), [channel, input] as const);
  return result as Result<Output<N>>;
}

/** Waits until the engine of the window's project is there. */
export async function engineReady(window: Page): Promise<void> {
  await expect.poll(async () => {
    const state = await call(window, 'shell.state', {});
    return state.ok ? state.value.engineError?.what ?? state.value.engine : state.error.what;
  }, { timeout: 60_000 }).toBe('ready');
}

/** The next payload of an event; subscribe before the act that causes it. */
export async function nextEvent<N extends EventName>(window: Page, event: N): Promise<() => Promise<EventPayload<N>>> {
  const key = `seen-${event}-${Math.random()}`;
  await window.evaluate(([name, slot]) => {
    const scope = globalThis as unknown as { assay: Door } & Record<string, unknown>;
    scope[slot] = new Promise((resolve) => {
      const stop = scope.assay.on(name, (payload) => {
        stop();
        resolve(payload);
      });
    });
  }, [event, key] as const);
  return () => window.evaluate((slot) => (globalThis as unknown as Record<string, Promise<unknown>>)[slot], key) as Promise<EventPayload<N>>;
}

/** Makes a project in a folder, and waits for its engine. */
export async function newProject({ app, window }: LaunchedApp, folder: string, name: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, folder);
  await valueOf(call(window, 'shell.createProject', { name }));
  await engineReady(window);
}

/** Drops one file and starts its import as it is, without the dialog; the id of the job. */
export async function startImport(window: Page, path: string, name: string): Promise<string> {
  const file = (await dropOne(window, path)).handle;
  const { format, dialect, columns } = await valueOf(call(window, 'imports.sniff', { file }));
  const plan = { format, dialect, columns: columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type })) };
  return (await valueOf(call(window, 'imports.start', { file, name, datasetId: null, plan }))).jobId;
}

type DroppedFile = EventPayload<'shell.filesDropped'>['files'][number];

/** Drops one file; what the page may know of it. The driver's drag can miss a window that is just drawn anew, so that a second one follows. */
export async function dropOne(window: Page, path: string): Promise<DroppedFile> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    const dropped = await nextEvent(window, 'shell.filesDropped');
    await dropFiles(window, [path]);
    const [file] = (await within(20_000, dropped()))?.files ?? [];
    if (file) return file;
  }
  throw new Error(`the window took no notice of ${path}, which was dropped twice`);
}

/** The value of an answer. @throws Error with the sentence of a failure */
export async function valueOf<T>(asked: Promise<Result<T>>): Promise<T> {
  const result = await asked;
  if (!result.ok) throw new Error(result.error.what);
  return result.value;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => { timer = setTimeout(() => resolve(null), ms); });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
