/**
 * The engine process of one open project: started, given windows and files, asked to close, and
 * reported when it ends by itself. No worker outlives it.
 */
import { MessageChannelMain, utilityProcess, type WebContents } from 'electron';
import { join } from 'node:path';
import type { FromEngine, ToEngine } from '../../shared/contract/engine-link.ts';
import type { FileHandle } from '../../shared/domain/ids.ts';
import { failureOf, type Failure } from '../../shared/errors.ts';
import { workerBroker } from './workers.ts';

export interface EngineEvents {
  onReady(): void;
  /** It could not open the project, or ended without being asked to. */
  onFailed(error: Failure): void;
  onName(name: string): void;
}

export interface Engine {
  /** Gives this window its own line to the engine. */
  connect(contents: WebContents): void;
  grant(handle: FileHandle, path: string): void;
  /** The user has turned to another program: what waits is put into the folder. */
  blur(): void;
  /** Lets it seal the session and end; resolves when it has. */
  close(): Promise<void>;
  readonly pid: number | undefined;
}

export interface EngineOptions {
  /** Folder of engine.js and workers/. */
  readonly codeDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly open: ToEngine & { type: 'open' };
  readonly events: EngineEvents;
}

/** An engine that has not closed by then is ended; what it had committed is in its outbox. */
const closeGraceMs = 10_000;

export function startEngine({ codeDir, env, open, events }: EngineOptions): Engine {
  const child = utilityProcess.fork(join(codeDir, 'engine.js'), [], { serviceName: 'Assay engine', stdio: 'inherit', env });
  const workers = workerBroker(child, join(codeDir, 'workers'), env);
  const tell = (message: ToEngine): void => child.postMessage(message);
  let isClosing = false;
  let hasFailed = false;

  const receive = (message: FromEngine): void => {
    switch (message.type) {
      case 'ready':
        return events.onReady();
      case 'failed':
        hasFailed = true;
        return events.onFailed(message.error);
      case 'project-info':
        return events.onName(message.name);
      case 'spawn-worker':
        return workers.spawn(message.requestId, message.name);
      case 'kill-worker':
        return workers.kill(message.requestId);
    }
  };

  child.on('message', receive);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      workers.killAll();
      resolve();
      if (!isClosing && !hasFailed) events.onFailed(failureOf('engine/stopped'));
    });
  });
  // Messages posted before it has started are delivered when it has.
  tell(open);

  return {
    get pid() {
      return child.pid;
    },
    connect: (contents) => {
      const { port1, port2 } = new MessageChannelMain();
      child.postMessage({ type: 'window-port' } satisfies ToEngine, [port1]);
      contents.postMessage('engine-port', null, [port2]);
    },
    grant: (handle, path) => tell({ type: 'grant', handle, path }),
    blur: () => tell({ type: 'blur' }),
    close: async () => {
      isClosing = true;
      tell({ type: 'close' });
      const timer = setTimeout(() => child.kill(), closeGraceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
