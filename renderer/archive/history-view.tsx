/** The latest events of the log in words; the log itself lies in the archive, signed and chained. */
import { useMemo, useState, type ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import { actionIcon, filterHistory } from '../pages/history-words.ts';
import { joinSittings } from '../pages/page-history-words.ts';
import { classNames } from '../ui/class-names.ts';
import { formatCount, formatDateTime, formatHash } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { FilterField } from '../ui/text-field.tsx';
import styles from './viewer.module.css';

export function HistoryView({ data }: { readonly data: ArchiveData }): ReactElement {
  const [text, setText] = useState('');
  const shown = useMemo(() => filterHistory(joinSittings(data.history).map(({ entry }) => entry), { text, person: null, area: null }), [data, text]);
  return (
    <article className={styles['wide']}>
      <h1>History</h1>
      <p className={styles['facts']}>{formatCount(data.history.length)} events, newest first; writing of one sitting is one line. Each is signed and chained to the one before; the log is in the archive.</p>
      <div className={styles['filter']}><FilterField label="Filter the history" placeholder="Filter by what was done or by whom" value={text} onChange={setText} /></div>
      <table className={styles['table']}>
        <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Event</th></tr></thead>
        <tbody>
          {shown.map((entry) => (
            <tr key={entry.hash}>
              <td className={styles['fixed']}>{formatDateTime(entry.atMs)}</td>
              <td><span className={styles['action']}><Icon name={actionIcon(entry.action)} size={12} /><span className="selectable">{entry.sentence}{entry.why ? <span className="muted"> Why: {entry.why}</span> : null}</span></span></td>
              <td title={`Key ${entry.device}`}>{entry.person}</td><td className={classNames('mono', styles['fixed'])} title={entry.hash}>{formatHash(entry.hash, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}
