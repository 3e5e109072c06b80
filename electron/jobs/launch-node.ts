/** Launches workers as forked Node processes: for the CLI and the tests. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerLauncher, WorkerReply, WorkerRequest } from './worker-link.ts';

const exitGraceMs = 1000;

/** A launcher that runs the worker entries of a folder; those beside this module if none is named: sources under Node 24, or the bundled build. */
export function nodeLauncher(folder?: string): WorkerLauncher {
  return (name) => {
    // Not the project or the caller's folder: a relative path in a foreign file finds nothing of theirs.
    // Drivers that are tried complain on stderr; what they mean comes back as the reason.
    const child = fork(workerEntry(name, folder), [], { serialization: 'advanced', stdio: ['ignore', 'ignore', name === 'provider' ? 'ignore' : 'inherit', 'ipc'], cwd: tmpdir(), execArgv: ['--no-warnings'] });
    return Promise.resolve({
      pid: child.pid ?? null,
      post: (request: WorkerRequest) => {
        if (child.connected) child.send(request);
      },
      onReply: (listener) => child.on('message', (message) => listener(message as WorkerReply)),
      onExit: (listener) => {
        let isTold = false;
        const tell = (how: string): void => {
          if (!isTold) listener(how);
          isTold = true;
        };
        child.once('exit', (code, signal) => tell(signal ? `signal ${signal}` : `exit code ${code}`));
        // A request to a process that just died fails first; how it died says more, and comes at once.
        child.on('error', (error) => {
          if (child.pid === undefined) tell(error.message);
          else setTimeout(() => tell(error.message), exitGraceMs).unref();
        });
      },
      kill: () => void child.kill('SIGKILL'),
    });
  };
}

function workerEntry(name: string, folder?: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const folders = folder === undefined ? [join(here, 'workers'), join(here, '..', 'main', 'workers')] : [folder];
  const found = folders.flatMap((each) => [join(each, `${name}.ts`), join(each, `${name}.js`)]).find((path) => existsSync(path));
  if (!found) throw new Error(`no entry for the ${name} worker in ${folders.join(' or ')}`);
  return found;
}
