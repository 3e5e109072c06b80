/** Two columns of a result against each other. */
import { useMemo, useState, type ReactElement } from 'react';
import type { QueryResult, RowView } from '../../shared/domain/query.ts';
import { Chart } from '../charts/chart.tsx';
import { numberOf, queryChartOption, type ChartKind } from '../charts/query-chart.ts';
import { useCall } from '../state/use-call.ts';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { Segmented } from '../ui/toggles.tsx';
import styles from './sql-page.module.css';

/** Points beyond it would hide each other; a query can group them. */
const mostRows = 1000;

const kinds: readonly { readonly value: ChartKind; readonly label: string }[] = [{ value: 'bar', label: 'Bars' }, { value: 'line', label: 'Line' }, { value: 'points', label: 'Points' }];

export function SqlChart({ result, view }: { readonly result: QueryResult; readonly view: RowView }): ReactElement {
  const { columns, resultId } = result;
  const numbers = columns.filter(({ type }) => type === 'integer' || type === 'number');
  const [choice, setChoice] = useState<{ readonly x: string; readonly y: string; readonly kind: ChartKind }>(() => {
    const x = columns.find(({ type }) => type !== 'integer' && type !== 'number') ?? columns[0];
    return { x: x?.name ?? '', y: numbers.find((column) => column !== x)?.name ?? '', kind: x?.type === 'date' || x?.type === 'timestamp' ? 'line' : x?.type === 'integer' || x?.type === 'number' ? 'points' : 'bar' };
  });
  const { state, reload } = useCall('queries.rows', { resultId, view, offset: 0, limit: mostRows });
  const xAt = columns.findIndex(({ name }) => name === choice.x);
  const yAt = columns.findIndex(({ name }) => name === choice.y);
  const [x, y] = [columns[xAt], columns[yAt]];
  const rows = useMemo(() => (state.status === 'ready' ? state.value.rows.map((row) => ({ x: row[xAt] ?? null, y: row[yAt] ?? null })) : []), [state, xAt, yAt]);
  const build = useMemo(() => (x && y ? (theme: Parameters<typeof queryChartOption>[1]) => queryChartOption({ kind: choice.kind, x, y, rows }, theme) : null), [choice.kind, x, y, rows]);
  if (numbers.length === 0) return <EmptyState icon="runs">A chart needs a column of numbers; this result has none.</EmptyState>;
  if (state.status === 'loading') return <Loading label="Reading the rows" />;
  if (state.status === 'failed') return <ErrorPanel error={state.error} onRetry={reload} />;
  const options = columns.map(({ name }) => ({ value: name, label: name }));
  const shown = state.value.rowCount > rows.length ? `the first ${formatCount(rows.length)} of ${formatPlural(state.value.rowCount, 'row')}` : formatPlural(rows.length, 'row');
  return (
    <div className={styles['chart']}>
      <div className={styles['choices']}>
        <Segmented<ChartKind> label="Kind of chart" value={choice.kind} options={kinds} onChange={(kind) => setChoice({ ...choice, kind })} />
        <Select label="Across" isLabelHidden isSmall prefix="Across" value={choice.x} options={options} onChange={(name) => setChoice({ ...choice, x: name })} />
        <Select label="Up" isLabelHidden isSmall prefix="Up" value={choice.y} options={options.filter(({ value }) => numbers.some(({ name }) => name === value))} onChange={(name) => setChoice({ ...choice, y: name })} />
        <span className={styles['facts']}>{shown}</span>
      </div>
      {build && x && y ? (
        <Chart build={build} summary={`${y.name} by ${x.name}, ${shown}.`} table={{ columns: [{ header: x.name, align: 'left' }, { header: y.name }], rows: rows.map((row) => [row.x === null ? null : String(row.x), numberOf(row.y)]) }} />
      ) : null}
    </div>
  );
}
