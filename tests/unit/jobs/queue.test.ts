import { describe, expect, it } from 'vitest';
import type { JobId } from '../../../shared/domain/ids.ts';
import type { Job } from '../../../shared/domain/jobs.ts';
import { fail } from '../../../shared/errors.ts';
import { JobQueue } from '../../../electron/jobs/queue.ts';

function aQueue(concurrency = 1): { queue: JobQueue; states: Job[] } {
  const states: Job[] = [];
  let now = 0;
  let count = 0;
  const queue = new JobQueue({ newId: () => `job${++count}` as JobId, clock: () => (now += 1000), emit: (job) => states.push(job), concurrency });
  return { queue, states };
}

const about = { kind: 'import', title: 'Import', subject: {} } as const;

describe('a job', () => {
  it('has an id at once, reports its progress in order, and ends with its outcome', async () => {
    const { queue, states } = aQueue();
    const { id, finished } = queue.start({
      ...about,
      work: async ({ report }) => {
        report({ done: 1, total: 2, unit: 'rows', step: 'Reading' });
        return { rows: 2 };
      },
    });
    expect(queue.list()[0]).toMatchObject({ id, status: 'queued' });
    expect(await finished).toEqual({ rows: 2 });
    expect(states.map(({ status }) => status)).toEqual(['queued', 'running', 'running', 'done']);
    expect(states.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(queue.list()[0]).toMatchObject({ outcome: { rows: 2 }, step: 'Done' });
  });

  it('waits for its turn, and is cancelled while it waits', async () => {
    const { queue, states } = aQueue(1);
    let release = (): void => undefined;
    const first = queue.start({ ...about, work: () => new Promise<void>((resolve) => (release = resolve)) });
    const second = queue.start({ ...about, work: () => Promise.resolve() });
    await new Promise((resolve) => setTimeout(resolve, 1));
    queue.cancel(second.id);
    release();
    await first.finished;
    await expect(second.finished).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
    expect(states.filter(({ id }) => id === second.id).map(({ status }) => status)).toEqual(['queued', 'cancelled']);
  });

  it('that fails carries what happened and what to do', async () => {
    const { queue } = aQueue();
    const { finished } = queue.start({ ...about, work: () => Promise.reject(fail('files/empty', { path: 'a.csv' })) });
    await expect(finished).rejects.toThrow('"a.csv" is empty.');
    expect(queue.list()[0]).toMatchObject({ status: 'failed', error: { code: 'files/empty', what: '"a.csv" is empty.' } });
  });

  it('that is unknown cannot be cancelled', () => {
    expect(() => aQueue().queue.cancel('nope' as JobId)).toThrow('There is no job nope.');
  });

  it('is cancelled when the queue closes, and close waits for it', async () => {
    const { queue } = aQueue();
    const { finished } = queue.start({
      ...about,
      work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(fail('job/cancelled')))),
    });
    finished.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await queue.close();
    expect(queue.list()[0]?.status).toBe('cancelled');
  });
});
