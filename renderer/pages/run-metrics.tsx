/** The final metrics of a run on validation and test, and how the rows were dealt. */
import type { ReactElement } from 'react';
import { metricNames, type Run, type RunResult } from '../../shared/domain/runs.ts';
import { isOfRows } from '../../shared/domain/train-config.ts';
import { formatCount, formatExact, formatMetric, formatPlural } from '../ui/format.ts';
import { metricHint, metricLabel } from '../ui/metric-label.ts';
import { isExact } from './run-words.ts';
import styles from './run-page.module.css';

export function RunMetrics({ run, result }: { readonly run: Run; readonly result: RunResult }): ReactElement {
  const names = metricNames.filter((name) => result.test[name] !== undefined || result.validation[name] !== undefined);
  const { train, validation, test, dropped } = result.rowCounts;
  return (
    <section className={styles['section']} aria-label="Metrics">
      <div className={styles['sectionHead']}><h2>Metrics</h2><span className="muted small">{isExact(run.config) ? `of the optimum, found in ${formatPlural(result.epochCount, 'iteration')}` : `of the weights after epoch ${result.bestEpoch}, the best on validation`}</span></div>
      <table className={styles['metrics']}>
        <thead><tr><th scope="col">Part</th>{names.map((name) => <th key={name} scope="col" title={metricHint(name)}>{metricLabel(name)}</th>)}<th scope="col">Rows</th></tr></thead>
        <tbody>
          <tr data-main><th scope="row">Test</th>{names.map((name) => <td key={name} title={formatExact(result.test[name])}>{formatMetric(result.test[name])}</td>)}<td>{formatCount(test)}</td></tr>
          <tr><th scope="row">Validation</th>{names.map((name) => <td key={name} title={formatExact(result.validation[name])}>{formatMetric(result.validation[name])}</td>)}<td>{formatCount(validation)}</td></tr>
          <tr><th scope="row">Train</th>{names.map((name) => <td key={name}><span className="muted">{'\u2013'}</span></td>)}<td>{formatCount(train)}</td></tr>
        </tbody>
      </table>
      {dropped > 0 ? <p className="muted small">{formatCount(dropped)} rows were left out: {droppedReason(run)}.</p> : null}
    </section>
  );
}

function droppedReason({ config: { model, target } }: Run): string {
  if (isOfRows(model)) return `before or after them there are too few rows of their part, or ${target} has no usable value there`;
  return `${target} has no usable value there`;
}
