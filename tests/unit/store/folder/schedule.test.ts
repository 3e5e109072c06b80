import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPublishSchedule } from '../../../../electron/store/folder/schedule.ts';
import { nodeScheduler } from '../../../../electron/files/scheduler.ts';
import { fail } from '../../../../shared/errors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A schedule that notes when it published, in seconds since its start. */
function noted(publish: () => Promise<void> = () => Promise.resolve()) {
  const startMs = Date.now();
  const publishedAt: number[] = [];
  const schedule = createPublishSchedule(async () => {
    publishedAt.push((Date.now() - startMs) / 1000);
    await publish();
  }, Date.now, nodeScheduler);
  return { schedule, publishedAt };
}

it('publishes ten seconds after the last change', async () => {
  const { schedule, publishedAt } = noted();
  schedule.committed(100);
  await vi.advanceTimersByTimeAsync(4_000);
  schedule.committed(100);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(publishedAt).toEqual([14]);
});

it('publishes after a minute of changes without a pause', async () => {
  const { schedule, publishedAt } = noted();
  for (let second = 0; second < 70; second += 5) {
    schedule.committed(100);
    await vi.advanceTimersByTimeAsync(5_000);
  }
  expect(publishedAt).toEqual([60]);
});

it('publishes at once when 256 KiB wait', async () => {
  const { schedule, publishedAt } = noted();
  schedule.committed(256 * 1024);
  await vi.advanceTimersByTimeAsync(0);
  expect(publishedAt).toEqual([0]);
});

it('tries again a minute after a failure, and reports it until it works', async () => {
  let isBroken = true;
  const { schedule, publishedAt } = noted(() => (isBroken ? Promise.reject(fail('files/disk-full', { path: 'x' })) : Promise.resolve()));
  schedule.committed(100);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(schedule.problems()).toHaveLength(1);
  isBroken = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([publishedAt, schedule.problems()]).toEqual([[10, 70], []]);
});

it('publishes nothing once it is stopped', async () => {
  const { schedule, publishedAt } = noted();
  schedule.committed(100);
  schedule.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(publishedAt).toEqual([]);
});
