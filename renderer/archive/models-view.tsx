/** The registered models of the archive, each with its card, its inputs and its ONNX file. */
import type { ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import type { Model } from '../../shared/domain/models.ts';
import { RouteLink } from '../app/link.tsx';
import { Figures } from '../pages/blocks/card.tsx';
import { MarkdownView } from '../pages/blocks/markdown-view.tsx';
import { routes } from '../state/route.ts';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { formatBytes, formatDateTime, formatExact, formatMetric, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Facts } from '../ui/inspector.tsx';
import { metricLabel, presentMetrics } from '../ui/metric-label.ts';
import { FileLink } from './file-link.tsx';
import styles from './viewer.module.css';

export function ModelsView({ data }: { readonly data: ArchiveData }): ReactElement {
  return (
    <article className={styles['wide']}>
      <h1>Models</h1>
      <table className={styles['table']}>
        <thead><tr><th scope="col">Name</th><th scope="col">Stage</th><th scope="col">Predicts</th><th scope="col">Run</th><th scope="col">File</th></tr></thead>
        <tbody>
          {data.models.map((model) => (
            <tr key={model.id}><td><RouteLink to={routes.model(model.id)}>{model.name}</RouteLink></td><td>{model.stage}</td><td>{model.target}</td><td><RouteLink to={routes.run(model.runId)}>{model.runLabel}</RouteLink></td><td><FileLink data={data} of={model.object} label={formatBytes(model.sizeBytes)} /></td></tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}

export function ModelView({ data, model }: { readonly data: ArchiveData; readonly model: Model }): ReactElement {
  return (
    <article className={styles['sheet']}>
      <h1><Icon name="cube" size={20} />{model.name}</h1>
      <p className={styles['facts']}>{model.stage}; predicts {model.target} from {formatPlural(model.inputs.length, 'column')}, made by <RouteLink to={routes.run(model.runId)}>run {model.runLabel}</RouteLink></p>
      <Figures figures={presentMetrics(model.test).map((metric) => ({ term: `Test ${metricLabel(metric)}`, value: formatMetric(model.test[metric]), title: formatExact(model.test[metric]) }))} />
      {model.note ? <MarkdownView text={model.note} /> : null}
      <section className={styles['panel']}>
        <h2>File</h2>
        <FileLink data={data} of={model.object} label="Model (ONNX)" />
        <Facts facts={[{ term: 'Size', value: formatBytes(model.sizeBytes) }, { term: 'SHA-256', value: <span className="mono">{model.object}</span> }, { term: 'Registered', value: `${formatDateTime(model.createdAtMs)} by ${model.createdBy}` }]} />
      </section>
      <section className={styles['listing']}>
        <h2>Inputs</h2>
        <ul>{model.inputs.map((column) => <li key={column.name}><ColumnIcon type={column.type} />{column.name}<span className={styles['listDetail']}>{column.type}</span></li>)}</ul>
      </section>
      {model.classes.length > 0 ? <p>Classes: {model.classes.join(', ')}</p> : null}
    </article>
  );
}
