/** Whether the project has every keystroke: "Saved 14:06", or why not yet. */
import type { ReactElement } from 'react';
import { useSaves } from '../state/block-texts.ts';
import { formatClock, formatDateTime, formatWhen } from '../ui/format.ts';
import { StatusLabel } from '../ui/status-label.tsx';
import styles from './page-page.module.css';

/** `changedAtMs` is when it was changed last, null where that is not known: then nothing is said until something was saved. */
export function PageSaved({ changedAtMs }: { readonly changedAtMs: number | null }): ReactElement | null {
  const { unsavedCount, savedAtMs, failure } = useSaves();
  if (failure) return <span role="status" className={styles['saved']}><StatusLabel tone="danger" title={`${failure.what} ${failure.fix}`}>Not saved, trying again</StatusLabel></span>;
  if (savedAtMs === null && changedAtMs === null && unsavedCount === 0) return null;
  const atMs = Math.max(savedAtMs ?? 0, changedAtMs ?? 0);
  return <span className={styles['saved']} title={formatDateTime(atMs)}>{unsavedCount > 0 ? 'Saving' : `Saved ${savedAtMs === null ? formatWhen(atMs, Date.now()) : formatClock(atMs)}`}</span>;
}
