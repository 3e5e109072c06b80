import { expect, it } from 'vitest';
import { createHybridClock, stampMs, stampPattern } from '../../../../electron/store/format/hlc.ts';

const minuteMs = 60_000;

it('issues stamps that sort as they were issued, even when the wall clock stands still or jumps back a little', () => {
  let nowMs = 1_000_000_000;
  const clock = createHybridClock(() => nowMs);
  const stamps = [clock.next(), clock.next()];
  nowMs -= 2 * minuteMs;
  stamps.push(clock.next());
  nowMs += 10 * minuteMs;
  stamps.push(clock.next());

  expect(stamps.every((stamp) => stampPattern.test(stamp))).toBe(true);
  expect([...stamps].sort()).toEqual(stamps);
  expect(new Set(stamps).size).toBe(stamps.length);
});

it('carries on into the next millisecond when the counter is full', () => {
  const clock = createHybridClock(() => 5);
  let last = '';
  for (let i = 0; i < 70_000; i++) last = clock.next();
  expect(stampMs(last)).toBe(6);
});

it('follows a stamp from elsewhere that is at most five minutes ahead', () => {
  const clock = createHybridClock(() => 1_000_000_000);
  const ahead = createHybridClock(() => 1_000_000_000 + 4 * minuteMs).next();
  clock.observe(ahead);
  expect(clock.next() > ahead).toBe(true);
});

it('is not dragged into the future by a laptop set to 2099', () => {
  const clock = createHybridClock(() => 1_000_000_000);
  clock.observe(createHybridClock(() => Date.UTC(2099, 0, 1)).next());
  expect(stampMs(clock.next())).toBe(1_000_000_000);
});

it('comes back when its own wall clock was years ahead and is corrected', () => {
  let nowMs = Date.UTC(2099, 0, 1);
  const clock = createHybridClock(() => nowMs);
  clock.next();
  nowMs = Date.UTC(2026, 0, 1);
  expect(stampMs(clock.next())).toBe(nowMs);
});
