/** A status as icon, word and colour; never colour alone. */
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './status-label.module.css';

export type Tone = 'ok' | 'warn' | 'danger' | 'busy' | 'muted' | 'plain';

const toneIcons: Readonly<Record<Tone, IconName>> = { ok: 'check', warn: 'warning', danger: 'error', busy: 'spinner', muted: 'stopped', plain: 'info' };

export interface StatusLabelProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly icon?: IconName;
  readonly title?: string;
}

export function StatusLabel({ tone, children, icon, title }: StatusLabelProps): ReactElement {
  return (
    <span className={styles['status']} title={title}>
      <Icon name={icon ?? toneIcons[tone]} size={12} className={styles[tone]} />
      <span className={classNames('ellipsis', (tone === 'danger' || tone === 'warn' || tone === 'busy') && styles[tone], tone === 'muted' && styles['muted'])}>{children}</span>
    </span>
  );
}

/** The words and tone of a run's or a job's status. */
export const statusTones = {
  queued: { tone: 'muted', word: 'Waiting' }, running: { tone: 'busy', word: 'Running' }, done: { tone: 'ok', word: 'Done' },
  failed: { tone: 'danger', word: 'Failed' }, cancelled: { tone: 'muted', word: 'Cancelled' }, interrupted: { tone: 'warn', word: 'Interrupted' },
} as const satisfies Record<string, { tone: Tone; word: string }>;
