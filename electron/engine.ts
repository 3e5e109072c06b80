/**
 * Composition root of the engine process: one open project, served to windows over message ports.
 * It runs as an Electron utility process; the shell speaks to it over the parent port.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { closeContext, openContext, type AppContext, type Emit } from './app/context.ts';
import { projectName } from './app/project.ts';
import { markInterrupted } from './app/runs.ts';
import { personName } from './files/profile.ts';
import { isSampleComplete, makeSample } from './app/sample.ts';
import { startWatching } from './app/sync.ts';
import { handlers } from './ipc/handlers.ts';
import { serve, type Server } from './ipc/serve.ts';
import type { WorkerLauncher, WorkerName, WorkerReply } from './jobs/worker-link.ts';
import { createProject, openProject } from './store/store.ts';
import type { FileHandle } from '../shared/domain/ids.ts';
import { failureOf, toFailure } from '../shared/errors.ts';
import type { FromEngine, ToEngine, WindowReply, WindowRequest } from '../shared/contract/engine-link.ts';

interface Port {
  on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: unknown): void;
  start(): void;
}

const parentPort = (process as unknown as { parentPort: Port }).parentPort;
const windows = new Set<Port>();
/** Files that the user chose while the project was still opening. */
const earlyGrants = new Map<FileHandle, string>();
const startingWorkers = new Map<string, (started: { pid: number; port: Port } | { error: string }) => void>();
const workerEnds = new Map<string, (how: string) => void>();
let context: AppContext | null = null;
let server: Server | null = null;
let workerCount = 0;

parentPort.on('message', ({ data, ports }) => void receive(data as ToEngine, ports[0]));

async function receive(message: ToEngine, port: Port | undefined): Promise<void> {
  switch (message.type) {
    case 'open':
      return open(message);
    case 'grant':
      (context?.grants ?? earlyGrants).set(message.handle as FileHandle, message.path);
      return;
    case 'window-port':
      if (port) serveWindow(port);
      return;
    case 'worker-started':
      startingWorkers.get(message.requestId)?.(port ? { pid: message.pid, port } : { error: 'no port' });
      startingWorkers.delete(message.requestId);
      return;
    case 'worker-exited':
      startingWorkers.get(message.requestId)?.({ error: `exit code ${message.code}` });
      startingWorkers.delete(message.requestId);
      workerEnds.get(message.requestId)?.(`exit code ${message.code}`);
      workerEnds.delete(message.requestId);
      return;
    case 'blur':
      // Whoever leaves the window may look at the folder next; a failure shows among the problems.
      return context?.store.flush().catch(() => undefined);
    case 'close':
      if (context) await closeContext(context);
      process.exit(0);
  }
}

async function open({ projectDir, userDataDir, create, sampleDir, appVersion }: ToEngine & { type: 'open' }): Promise<void> {
  try {
    const clock = (): number => Date.now();
    const person = personName(userDataDir);
    const options = { projectDir, userDataDir, clock, random: (byteCount: number) => randomBytes(byteCount), person, appVersion };
    const store = await (create ? createProject({ ...options, name: create.name }) : openProject(options));
    context = openContext({ store, launchWorker, clock, emit, appVersion, userDataDir, person, viewerPath: fileURLToPath(new URL('../viewer/index.html', import.meta.url)) });
    for (const [handle, path] of earlyGrants) context.grants.set(handle, path);
    if (store.canWrite) await markInterrupted(context);
    server = serve(context, handlers, (thrown) => console.error(thrown));
    tellShell({ type: 'ready' });
    tellShell({ type: 'project-info', name: projectName(context) });
    startWatching(context).catch((thrown: unknown) => console.error(thrown));
    // The window is in use by now; a step that fails shows in its job.
    if (sampleDir !== undefined && !isSampleComplete(context)) makeSample(context, sampleDir, () => undefined).catch((thrown: unknown) => console.error(thrown));
  } catch (thrown) {
    tellShell({ type: 'failed', error: toFailure(thrown) });
  }
}

function serveWindow(port: Port): void {
  windows.add(port);
  port.on('close', () => windows.delete(port));
  port.on('message', ({ data }) => {
    if (isRequest(data)) void answer(port, data);
  });
  port.start();
}

/** A window shows content that is not ours: what it sends may be anything. */
function isRequest(data: unknown): data is WindowRequest {
  const request = data as Partial<WindowRequest> | null | undefined;
  return typeof request?.id === 'number' && typeof request.channel === 'string';
}

async function answer(port: Port, { id, channel, input }: WindowRequest): Promise<void> {
  const result = server ? await server.call(channel, input) : { ok: false as const, error: failureOf('engine/stopped') };
  port.postMessage({ id, result } satisfies WindowReply);
  if (channel === 'project.rename' && context) tellShell({ type: 'project-info', name: projectName(context) });
}

/** Events go to every window of the project. */
function emitToWindows(event: string, payload: unknown): void {
  for (const port of windows) port.postMessage({ event, payload });
}
const emit: Emit = emitToWindows;

/** Only the shell can start utility processes; it answers with one end of a channel to the new worker. */
const launchWorker: WorkerLauncher = async (name: WorkerName) => {
  const requestId = `worker-${++workerCount}`;
  const started = await new Promise<{ pid: number; port: Port } | { error: string }>((resolve) => {
    startingWorkers.set(requestId, resolve);
    tellShell({ type: 'spawn-worker', requestId, name });
  });
  if ('error' in started) throw new Error(`the ${name} worker did not start: ${started.error}`);
  const { pid, port } = started;
  port.start();
  return {
    pid,
    post: (request) => port.postMessage(request),
    onReply: (listener) => port.on('message', ({ data }) => listener(data as WorkerReply)),
    onExit: (listener) => workerEnds.set(requestId, listener),
    kill: () => tellShell({ type: 'kill-worker', requestId }),
  };
};

function tellShell(message: FromEngine): void {
  parentPort.postMessage(message);
}
