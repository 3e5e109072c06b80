import { describe, expect, it } from 'vitest';
import { getRun } from '../../electron/app/runs.ts';
import { suggestConfig } from '../../electron/app/suggest.ts';
import { startTraining } from '../../electron/app/training.ts';
import { testLauncher } from '../support/launcher.ts';
import { WorkerClient } from '../../electron/jobs/worker-client.ts';
import { aProject, importText } from '../support/project.ts';

const manyRows = `a,b,c\n${Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n')}\n`;

describe('a worker process', () => {
  it.each(['SIGSEGV', 'SIGKILL'] as const)('that dies of %s while it trains is started again, and so is the run', async (signal) => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importText(project, 'many.csv', manyRows);
    const config = { ...(await suggestConfig(context, versionId, 'a')), maxEpochs: 5000, patience: null };
    const { runId, jobId, finished } = startTraining(context, { config, name: 'long' });
    while ((context.livePoints.get(runId)?.length ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 20));

    process.kill((await context.trainer.pid())!, signal);

    await expect.poll(() => getRun(context.store, runId), { timeout: 30_000 }).toMatchObject({ status: 'running', resumes: { count: 1 } });
    context.jobs.cancel(jobId);
    await expect(finished).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
    const again = startTraining(context, { config: { ...config, maxEpochs: 1 }, name: 'again' });
    await again.finished;
    expect(getRun(context.store, again.runId).status).toBe('done');
  });

  it('that eats more memory than it may is stopped with the limit named', async () => {
    const worker = new WorkerClient('data', testLauncher(), { memoryMb: 40 });
    await expect(worker.run('sniff', { path: import.meta.filename })).rejects.toThrow('The data process used more than 40 MB and was stopped.');
    await worker.close();
  });

  it('ends when its engine closes it, and no later task is accepted', async () => {
    const worker = new WorkerClient('data', testLauncher(), { memoryMb: 2000 });
    await expect(worker.run('sniff', { path: '/nowhere.csv' })).rejects.toMatchObject({ failure: { code: 'files/not-found' } });
    const pid = (await worker.pid())!;
    await worker.close();
    await expect(worker.run('sniff', { path: '/nowhere.csv' })).rejects.toThrow('The project engine stopped unexpectedly.');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
