/** What a model is to predict: its classes, and the columns that may give it away. */
import { useCallback, useState, type ReactElement } from 'react';
import type { ColumnNote } from '../../shared/domain/column-notes.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { balanceSentence, hintWords } from '../../shared/domain/relation-words.ts';
import type { ClassBalance, TargetReport } from '../../shared/domain/relations.ts';
import { Chart } from '../charts/chart.tsx';
import { topValuesOption } from '../charts/column-histogram.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { useCall } from '../state/use-call.ts';
import { formatCount } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import styles from './dataset-profile.module.css';

export function DatasetTarget({ version, notes }: { readonly version: DatasetVersion; readonly notes: readonly ColumnNote[] }): ReactElement {
  const [chosen, setChosen] = useState<string | null>(null);
  const byRole = notes.find(({ role, column }) => role === 'target' && version.columns.some(({ name }) => name === column))?.column ?? null;
  const target = version.columns.some(({ name }) => name === chosen) ? chosen : byRole;
  const report = useCall('relations.target', target === null ? null : { versionId: version.id, targetColumn: target }, ['column']);
  return (
    <section className={styles['section']} aria-labelledby="target-heading">
      <div className={styles['head']}>
        <h3 id="target-heading">Target</h3>
        <Select label="Target" isLabelHidden className={styles['choice'] ?? ''} value={target} placeholder="Choose a column" onChange={setChosen} options={version.columns.filter(({ type }) => type !== 'image').map(({ name }) => ({ value: name, label: name, ...(name === byRole ? { end: 'role' } : {}) }))} />
      </div>
      {target === null ? <p className="muted">Choose what a model is to predict: then you see how its classes are spread, and which columns would give it away.</p>
        : report.state.status === 'loading' ? <Loading label="Looking at the target" rows={3} />
          : report.state.status === 'failed' ? <ErrorPanel isInline error={report.state.error} onRetry={report.reload} />
            : report.state.value === null ? null : <Report report={report.state.value} />}
    </section>
  );
}

function Report({ report }: { readonly report: TargetReport }): ReactElement {
  const { balance, hints, rowCount, seenRowCount } = report;
  return (
    <>
      {balance ? <Balance balance={balance} /> : <p>A number, or a text with more than 1,000 values: it has no classes.</p>}
      {hints.length === 0 ? <StatusLabel tone="ok">No column gives it away.</StatusLabel> : (
        <ul className={styles['list']} aria-label="Columns that may give it away">
          {hints.map(({ kind, column, reason }) => (
            <li key={`${kind} ${column} ${reason}`}>
              <span className={styles['kind']}><StatusLabel tone="warn">{hintWords[kind]}</StatusLabel></span><b className={styles['column']} title={column}>{column}</b><span className={styles['reason']}>{reason}</span>
            </li>
          ))}
        </ul>
      )}
      {seenRowCount < rowCount ? <p className="muted small">Columns were held against it on {formatCount(seenRowCount)} of {formatCount(rowCount)} rows, evenly taken; classes and shared rows are counted on all.</p> : null}
    </>
  );
}

function Balance({ balance }: { readonly balance: ClassBalance }): ReactElement {
  const build = useCallback((theme: ChartTheme) => topValuesOption(balance.classes, theme), [balance]);
  const sentence = balanceSentence(balance);
  const table = { columns: [{ header: 'Class', align: 'left' as const }, { header: 'Rows' }], rows: balance.classes.map(({ value, count }) => [value, count]) };
  return (
    <>
      <p className={styles['finding']}>{sentence}</p>
      <div className={styles['chart']}><Chart build={build} summary={sentence} table={table} height={Math.max(48, Math.min(12, balance.classes.length) * 22)} /></div>
    </>
  );
}
