/** The three states before "ready": loading, failed, empty. A page answers them in this order. */
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { Progress } from './progress.tsx';
import styles from './states.module.css';

export interface LoadingProps {
  /** What is being loaded, as in "Reading the profile". */
  readonly label: string;
  /** Placeholder rows of the final size. */
  readonly rows?: number;
}

/** Nothing for 100 ms, then quiet placeholders, and after a second a bar with what is happening. */
export function Loading({ label, rows = 6 }: LoadingProps): ReactElement {
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const first = setTimeout(() => setStage(1), 100);
    const second = setTimeout(() => setStage(2), 1000);
    return () => { clearTimeout(first); clearTimeout(second); };
  }, []);
  return (
    <div className={styles['loading']} aria-busy="true">
      <span className="visually-hidden" role="status">{stage === 2 ? label : ''}</span>
      {stage === 0 ? null : Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles['line']} style={{ width: `${[62, 48, 71, 55, 66, 42][index % 6]}%` }} />
      ))}
      {stage === 2 ? <div className={styles['slow']}><Progress label={label} done={0} total={null} isThin /><span>{label}</span></div> : null}
    </div>
  );
}

export interface ErrorPanelProps {
  readonly error: Failure;
  readonly onRetry?: (() => void) | undefined;
  /** What could not be done, as a heading: "The profile could not be read". */
  readonly title?: string;
  readonly isInline?: boolean;
  /** More ways out, beside Try again. */
  readonly actions?: ReactNode;
}

/** What happened, what to do, Retry, and the details for a report. */
export function ErrorPanel({ error, onRetry, title, isInline, actions }: ErrorPanelProps): ReactElement {
  const [isCopied, setIsCopied] = useState(false);
  const copy = () => {
    const text = [`${error.code}`, error.what, error.fix, JSON.stringify(error.details)].join('\n');
    void navigator.clipboard.writeText(text).then(() => setIsCopied(true), () => setIsCopied(false));
  };
  return (
    <div className={classNames(styles['error'], isInline && styles['inline'])} role="alert">
      <Icon name="error" className={styles['errorIcon']} />
      <div className={styles['errorBody']}>
        {title === undefined ? null : <p className={styles['title']}>{title}</p>}
        <p className="selectable">{error.what}</p>
        <p className={classNames(styles['fix'], 'selectable')}>{error.fix}</p>
        <div className={styles['actions']}>
          {onRetry ? <Button icon="undo" onPress={onRetry}>Try again</Button> : null}
          {actions}
          <Button kind="ghost" icon={isCopied ? 'check' : 'copy'} onPress={copy}>{isCopied ? 'Copied' : 'Copy details'}</Button>
        </div>
      </div>
    </div>
  );
}

export interface EmptyStateProps {
  readonly icon?: IconName;
  /** One sentence. */
  readonly children: ReactNode;
  /** One primary action and at most one beside it. */
  readonly actions?: ReactNode;
}

export function EmptyState({ icon, children, actions }: EmptyStateProps): ReactElement {
  return (
    <div className={styles['empty']}>
      {icon ? <Icon name={icon} size={24} className={styles['emptyIcon']} /> : null}
      <p>{children}</p>
      {actions ? <div className={styles['actions']}>{actions}</div> : null}
    </div>
  );
}
