/** The confusion matrix of the test part: a table shaded by the share of each true class, right beside what it says per class. */
import { useState, type ReactElement } from 'react';
import type { ConfusionMatrix } from '../../shared/domain/runs.ts';
import { confusionRows, confusionSummary } from '../charts/confusion.ts';
import { formatCount, formatExact, formatMetric } from '../ui/format.ts';
import { Segmented } from '../ui/toggles.tsx';
import styles from './run-page.module.css';

export function RunConfusion({ matrix }: { readonly matrix: ConfusionMatrix }): ReactElement {
  const [shows, setShows] = useState<'counts' | 'shares'>('counts');
  const rows = confusionRows(matrix);
  return (
    <section className={styles['section']} aria-label="Confusion matrix">
      <div className={styles['sectionHead']}>
        <h2>Confusion matrix</h2><span className="muted small">test part</span><span className={styles['spacer']} />
        <Segmented label="Cells show" value={shows} options={[{ value: 'counts', label: 'Rows' }, { value: 'shares', label: 'Share of true class' }]} onChange={setShows} />
      </div>
      <p className={styles['finding']}>{confusionSummary(matrix)}</p>
      <div className={styles['matrixScroll']} tabIndex={0} role="region" aria-label="Confusion matrix table">
        <table className={styles['matrix']}>
          <thead>
            <tr><th scope="col" className={styles['corner']}>True \ predicted</th>{matrix.classes.map((name) => <th key={name} scope="col" title={name}>{name}</th>)}<th scope="col" className={styles['stat']}>Rows</th><th scope="col" className={styles['stat']} title="Share of the true class that was found">Recall</th><th scope="col" className={styles['stat']} title="Share of the predictions of the class that are right">Precision</th></tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.trueClass}>
                <th scope="row" title={row.trueClass}>{row.trueClass}</th>
                {row.cells.map((cell, index) => (
                  <td
                    key={index} className={styles['matrixCell']} data-right={cell.isRight}
                    style={{ '--share': `${Math.round(cell.share * 100)}%` } as Record<string, string>} title={`${row.trueClass} as ${matrix.classes[index] ?? ''}: ${formatCount(cell.count)} rows, ${formatExact(Math.round(cell.share * 10_000) / 100)} % of ${row.trueClass}`}
                  >
                    {shows === 'counts' ? formatCount(cell.count) : `${(cell.share * 100).toFixed(1)} %`}
                  </td>
                ))}
                <td className={styles['stat']}>{formatCount(row.rowCount)}</td>
                <td className={styles['stat']} title={formatExact(row.recall)}>{formatMetric(row.recall)}</td>
                <td className={styles['stat']} title={formatExact(row.precision)}>{formatMetric(row.precision)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
