/** A text to compare or copy, such as a hash: shown short, copied in full. */
import { useEffect, useState, type ReactElement } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import styles from './copy-text.module.css';

export interface CopyTextProps {
  /** What is copied. */
  readonly value: string;
  /** What is shown; the value without it. */
  readonly shown?: string;
  /** What it is, for screen readers: "SHA-256 of the data". */
  readonly label: string;
}

export function CopyText({ value, shown, label }: CopyTextProps): ReactElement {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <button type="button" title={value} aria-label={`Copy ${label}`} className={classNames(styles['copy'], 'mono')} onClick={() => { void navigator.clipboard.writeText(value).then(() => setIsCopied(true)); }}>
      <span className="ellipsis">{shown ?? value}</span><Icon name={isCopied ? 'check' : 'copy'} size={12} />
    </button>
  );
}
