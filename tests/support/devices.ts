/** Launchers whose provider processes have something happen to them, as real drivers do it: by signals to real processes. */
import { testLauncher } from './launcher.ts';
import type { WorkerLauncher, WorkerRequest } from '../../electron/jobs/worker-link.ts';
import type { ProviderName } from '../../shared/domain/train-config.ts';

/** A driver that crashes (SIGSEGV) or hangs (SIGSTOP) as soon as `name` is worked on. */
export function brokenDriver(name: ProviderName, signal: 'SIGSEGV' | 'SIGSTOP'): { launch: WorkerLauncher; pids: number[] } {
  const pids: number[] = [];
  return {
    pids,
    launch: changed((request, pid) => {
      if (!concerns(request, name)) return request;
      pids.push(pid);
      process.kill(pid, signal);
      return request;
    }),
  };
}

/** A device that is the CPU under another name: it is there, and it computes what the CPU computes. */
export function disguisedCpu(name: ProviderName): WorkerLauncher {
  return changed((request) => (concerns(request, name) ? { ...request, input: { name: 'cpu' } } : request));
}

type ProviderRequest = WorkerRequest & { readonly type: 'run' };

function concerns(request: WorkerRequest, name: ProviderName): request is ProviderRequest {
  return request.type === 'run' && (request.input as { name?: ProviderName }).name === name;
}

/** Sees every request to provider processes before they do. */
function changed(change: (request: WorkerRequest, pid: number) => WorkerRequest): WorkerLauncher {
  const launch = testLauncher();
  return async (name) => {
    const worker = await launch(name);
    if (name !== 'provider') return worker;
    return { ...worker, post: (request) => worker.post(change(request, worker.pid ?? 0)) };
  };
}
