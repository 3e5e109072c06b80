/** Where each version came from and what was made of it: what it was made of on the left, what came of it on the right. */
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { exportFormatWords } from '../../shared/domain/dataset-export.ts';
import type { Dataset, VersionSource } from '../../shared/domain/datasets.ts';
import { describePixels } from '../../shared/domain/images.ts';
import { lineageOf, type LineageStep, type VersionOfDataset } from '../../shared/domain/lineage.ts';
import { RouteLink } from '../app/link.tsx';
import { useDatasets } from '../state/datasets.ts';
import { valueOr } from '../state/loadable.ts';
import { useModels } from '../state/models.ts';
import { routes, type Route } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { useCall } from '../state/use-call.ts';
import { SeriesDot } from '../ui/chip.tsx';
import { formatBytes, formatDateTime, formatDay, formatPlural } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import styles from './dataset-lineage.module.css';

const derivedWords: Readonly<Record<VersionSource['kind'], string>> = { file: '', query: 'by a query', prediction: 'predicted', pixels: 'its pixels' };

/** Runs and exports of a version that are named; the others are counted. */
const mostNamed = 6;

export function DatasetLineage({ dataset }: { readonly dataset: Dataset }): ReactElement {
  const uses = useCall('datasets.uses', { id: dataset.id }, ['report', 'page', 'block', 'dataset']);
  const [datasets, runs, models] = [useDatasets(), useRuns(), useModels()];
  const steps = useMemo(() => (uses.state.status === 'ready'
    ? lineageOf(dataset, { datasets: valueOr(datasets, []), runs: valueOr(runs, []), models: valueOr(models, []), uses: uses.state.value })
    : []), [dataset, datasets, runs, models, uses.state]);
  if (uses.state.status === 'loading' || runs.status === 'loading' || models.status === 'loading') return <Loading label="Looking for what was made of it" />;
  if (uses.state.status === 'failed') return <ErrorPanel title="The use of this dataset could not be read" error={uses.state.error} onRetry={uses.reload} />;
  const { pages } = uses.state.value;
  return (
    <div className={styles['page']}>
      {pages.length > 0 ? <div className={styles['pages']}><span className="muted">Shown on</span><ul>{pages.map(({ id, title }) => <Item key={id} icon="page" to={routes.page(id)}>{title}</Item>)}</ul></div> : null}
      <table className={styles['table']}>
        <caption className="visually-hidden">Lineage of {dataset.name}, newest version first</caption>
        <thead><tr><th scope="col">Made of</th><th scope="col">Version</th><th scope="col">What came of it</th></tr></thead>
        <tbody>{steps.map((step) => <Step key={step.version.id} dataset={dataset} step={step} />)}</tbody>
      </table>
    </div>
  );
}

function Step({ dataset, step }: { readonly dataset: Dataset; readonly step: LineageStep }): ReactElement {
  const { version } = step;
  return (
    <tr>
      <td className={styles['from']}><ul><Origin step={step} /></ul></td>
      <th scope="row" className={styles['node']}>
        <div>
          <RouteLink to={routes.dataset(dataset.id, { version: version.id })}>v{version.number}</RouteLink>
          <small title={formatDateTime(version.createdAtMs)}>{formatDay(version.createdAtMs)}, {version.createdBy}</small>
          <small>{formatPlural(version.rowCount, 'row')}</small>
        </div>
      </th>
      <td className={styles['made']}><Made dataset={dataset} step={step} /></td>
    </tr>
  );
}

function Origin({ step: { version: { source }, inputs, predictedBy } }: { readonly step: LineageStep }): ReactElement {
  return (
    <>
      {source.kind === 'file' ? <Item icon="upload" detail={`${source.format.toUpperCase()}, ${formatBytes(source.sizeBytes)}`} title={`SHA-256 ${source.sha256}`}>{source.fileName}</Item> : null}
      {source.kind === 'query' ? <Item icon="terminal" title={source.sql} isCode>{source.sql.replace(/\s+/g, ' ').trim()}</Item> : null}
      {source.kind === 'pixels' ? <Item icon="image">{describePixels(source.settings)}</Item> : null}
      {source.kind === 'prediction' ? <Item icon="sparkle" {...(predictedBy ? { to: routes.run(predictedBy.id) } : {})} detail="predicted it">{predictedBy ? `${predictedBy.label} ${predictedBy.name}` : 'A run that was removed'}</Item> : null}
      {source.kind === 'prediction' && source.fileName !== null ? <Item icon="upload">{source.fileName}</Item> : null}
      {inputs.map((input, index) => <InputItem key={input?.version.id ?? index} input={input} />)}
    </>
  );
}

function InputItem({ input }: { readonly input: VersionOfDataset | null }): ReactElement {
  if (!input) return <Item icon="database">A version that was removed</Item>;
  return <Item icon="database" to={routes.dataset(input.dataset.id, { version: input.version.id, tab: 'lineage' })}>{`${input.dataset.name} v${input.version.number}`}</Item>;
}

function Made({ dataset, step: { version, runs, models, derived, reports, exports } }: { readonly dataset: Dataset; readonly step: LineageStep }): ReactElement {
  if (runs.length + models.length + derived.length + reports.length + exports.length === 0) return <span className="muted">Nothing yet</span>;
  const latestExports = exports.slice(-mostNamed).toReversed();
  return (
    <ul>
      {models.map((model) => <Item key={model.id} icon="cube" to={routes.model(model.id)} detail={`${model.stage} model of ${model.runLabel}`}>{model.name}</Item>)}
      {runs.slice(0, mostNamed).map((run) => <Item key={run.id} icon={<SeriesDot colour={run.colour} />} to={routes.run(run.id)} detail={`predicts ${run.config.target}`}>{`${run.label} ${run.name}`}</Item>)}
      {runs.length > mostNamed ? <Item icon="runs" to={routes.dataset(dataset.id, { version: version.id, tab: 'runs' })}>{`${formatPlural(runs.length - mostNamed, 'more run')}`}</Item> : null}
      {derived.map((one) => <Item key={one.version.id} icon="database" to={routes.dataset(one.dataset.id, { version: one.version.id, tab: 'lineage' })} detail={derivedWords[one.version.source.kind]}>{`${one.dataset.name} v${one.version.number}`}</Item>)}
      {reports.map((report) => <Item key={report.id} icon="pulse" to={routes.report(report.id)} detail="drift report">{report.name}</Item>)}
      {latestExports.map((one) => <Item key={`${one.sha256} ${one.atMs}`} icon="download" detail={`${exportFormatWords[one.format]}${one.isQuery ? ', rows of a query' : one.isView ? ', some rows' : ''}, ${formatDay(one.atMs)} by ${one.by}`} title={`SHA-256 ${one.sha256}`}>{one.fileName}</Item>)}
      {exports.length > mostNamed ? <Item icon="clock" to={routes.history({ entity: dataset.id })}>{formatPlural(exports.length - mostNamed, 'earlier export')}</Item> : null}
    </ul>
  );
}

interface ItemProps {
  readonly icon: IconName | ReactElement;
  readonly children: string;
  readonly to?: Route;
  readonly detail?: string;
  readonly title?: string;
  readonly isCode?: boolean;
}

function Item({ icon, children, to, detail, title, isCode }: ItemProps): ReactElement {
  const name: ReactNode = to ? <RouteLink to={to} className={styles['name']} title={title ?? children}>{children}</RouteLink> : <span className={isCode ? `${styles['name']} mono` : styles['name']} title={title ?? children}>{children}</span>;
  return <li className={styles['item']}>{typeof icon === 'string' ? <Icon name={icon} size={12} /> : icon}{name}{detail === undefined ? null : <small>{detail}</small>}</li>;
}
