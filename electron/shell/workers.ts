/**
 * Starts worker processes for an engine, which as a utility process cannot: forks one, makes a channel,
 * gives one end to the worker and the other to the engine, and reports when the worker has ended.
 */
import { MessageChannelMain, utilityProcess, type UtilityProcess } from 'electron';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToEngine } from '../../shared/contract/engine-link.ts';

export type WorkerName = 'data' | 'train' | 'provider';

export interface WorkerBroker {
  spawn(requestId: string, name: WorkerName): void;
  kill(requestId: string): void;
  killAll(): void;
}

export function workerBroker(engine: UtilityProcess, workersDir: string, env: NodeJS.ProcessEnv): WorkerBroker {
  const running = new Map<string, UtilityProcess>();
  const tellEngine = (message: ToEngine, ports: Electron.MessagePortMain[] = []): void => engine.postMessage(message, ports);

  return {
    spawn: (requestId, name) => {
      // A neutral working directory: a hostile file cannot reach a neighbour by a relative path.
      // Drivers that are tried complain on stderr; what they mean comes back as the reason.
      const worker = utilityProcess.fork(join(workersDir, `${name}.js`), [], { serviceName: `Assay ${name} worker`, stdio: name === 'provider' ? 'ignore' : 'inherit', env, cwd: tmpdir() });
      running.set(requestId, worker);
      worker.once('spawn', () => {
        const { port1, port2 } = new MessageChannelMain();
        worker.postMessage({ type: 'port' }, [port1]);
        tellEngine({ type: 'worker-started', requestId, pid: worker.pid ?? 0 }, [port2]);
      });
      worker.once('exit', (code) => {
        running.delete(requestId);
        tellEngine({ type: 'worker-exited', requestId, code });
      });
    },
    kill: (requestId) => {
      const pid = running.get(requestId)?.pid;
      // SIGKILL rather than UtilityProcess.kill: a worker inside a native call must not be able to stay.
      if (pid === undefined) return;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself; its exit is about to be reported.
      }
    },
    killAll: () => {
      for (const worker of running.values()) worker.kill();
      running.clear();
    },
  };
}
