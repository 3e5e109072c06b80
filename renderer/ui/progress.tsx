/** Progress of long work: done of total, rate and time left; without a total, only that it moves. */
import type { ReactElement } from 'react';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { classNames } from './class-names.ts';
import styles from './progress.module.css';

export interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
  readonly isThin?: boolean;
}

export function Progress({ label, done, total, isThin }: ProgressProps): ReactElement {
  const share = total === null || total <= 0 ? null : Math.min(1, done / total);
  return (
    <div
      role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
      className={classNames(styles['track'], isThin && styles['thin'])}
    >
      <div className={classNames(styles['bar'], share === null && styles['unknown'])} style={share === null ? undefined : { transform: `scaleX(${share})` }} />
    </div>
  );
}

/** "31 of 60 epochs, 101,400/s, 1 min 42 s left" from what a job reports. */
export function describeProgress(progress: { readonly done: number; readonly total: number | null; readonly unit: string; readonly elapsedMs: number }): string {
  const { done, total, unit, elapsedMs } = progress;
  const amount = (value: number) => (unit === 'bytes' ? formatBytes(Math.floor(value)) : formatCount(Math.floor(value)));
  const word = unit === 'bytes' ? '' : unit;
  const parts = [total === null ? `${amount(done)} ${word}`.trim() : `${amount(done)} of ${amount(total)} ${word}`.trim()];
  if (done > 0 && elapsedMs > 500) {
    const perSecond = (done / elapsedMs) * 1000;
    if (perSecond >= 1) parts.push(`${amount(Math.round(perSecond))}/s`);
    if (total !== null && total > done) parts.push(`${formatDuration(((total - done) / perSecond) * 1000).replace(/(\d)\.\d+ s/, '$1 s')} left`);
  }
  return parts.join(' \u00b7 ');
}
