/** A check of a whole project from its bytes, as a job. */
import type { JobId } from '../../shared/domain/ids.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { fail } from '../../shared/errors.ts';
import { fingerprintOf } from '../store/format/keys.ts';
import type { AppContext } from './context.ts';
import { knownKeys } from './trust-here.ts';

/** The keys of those writers that are named by their key or by its eight words. */
function keysOf({ store }: AppContext, named: readonly string[]): string[] {
  return store.writers().map(({ key }) => key).filter((key) => named.includes(key) || named.includes(fingerprintOf(key)));
}

/** Checks every file of the folder; what this computer has and the folder has not is written out first. */
export function startVerifyProject(context: AppContext, trusted: readonly string[] = []): { jobId: JobId; finished: Promise<VerifyReport> } {
  const { store, jobs } = context;
  const job = jobs.start({
    kind: 'verify', title: 'Verify the project', subject: { projectId: store.projectId },
    work: async ({ signal, report }) => {
      // A folder that cannot be written now is checked as it is.
      await store.flush().catch(() => undefined);
      const onProgress = (done: number, total: number): void => {
        if (signal.aborted) throw fail('job/cancelled');
        report({ done, total, unit: 'bytes', step: 'Checking files' });
      };
      return store.verify(onProgress, { knownKeys: [...knownKeys(context.store), ...keysOf(context, trusted)] });
    },
  });
  return { jobId: job.id, finished: job.finished };
}
