/** Clocks that are wrong. Nothing is refused for its clock and no merge depends on one; people are told, because times are shown. */
import { driftLimitMs, stampMs } from './format/hlc.ts';

export interface ClockWarning {
  /** The device. */
  readonly subject: string;
  readonly what: string;
}

/** Devices whose latest event lies more than five minutes ahead of this computer's clock, this one's too. */
export function clockWarnings(latest: readonly { device: string; t: string }[], ownDevice: string, nowMs: number): ClockWarning[] {
  return latest.flatMap(({ device, t }) => {
    const aheadMs = stampMs(t) - nowMs;
    if (aheadMs <= driftLimitMs) return [];
    const what = device === ownDevice
      ? `The clock of this computer went back: its own latest change is ${duration(aheadMs)} ahead. Times in the history may be wrong; no change is lost.`
      : `The clock of device ${device} is ${duration(aheadMs)} ahead of this computer's. Times in the history may be wrong; which value counts does not depend on them.`;
    return [{ subject: device, what }];
  });
}

function duration(ms: number): string {
  const units: [number, string][] = [[86_400_000, 'days'], [3_600_000, 'hours'], [60_000, 'minutes']];
  const [size, name] = units.find(([each]) => ms >= 2 * each) ?? [60_000, 'minutes'];
  return `${Math.round(ms / size).toLocaleString('en')} ${name}`;
}
