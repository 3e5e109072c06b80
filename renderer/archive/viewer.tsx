/** The frame of the archive's page: what it holds at the left, the chosen thing at the right. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import { classNames } from '../ui/class-names.ts';
import { formatCount, formatDay } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { EmptyState } from '../ui/states.tsx';
import { formatRoute, parseRoute, routes, useRoute, type Route } from '../state/route.ts';
import { RouteLink } from '../app/link.tsx';
import { DatasetsView, DatasetView } from './datasets-view.tsx';
import { DriftReportsView, DriftReportView } from './drift-view.tsx';
import { HistoryView } from './history-view.tsx';
import { ModelsView, ModelView } from './models-view.tsx';
import { Overview } from './overview.tsx';
import { PageView } from './page-view.tsx';
import { RunsView, RunView } from './runs-view.tsx';
import styles from './viewer.module.css';

export function Viewer({ data }: { readonly data: ArchiveData }): ReactElement {
  const route = useArchiveRoute();
  const key = route === null ? '' : formatRoute(route);
  useEffect(() => { document.querySelector('main')?.scrollTo(0, 0); }, [key]);
  return (
    <div className={styles['frame']}>
      <Contents data={data} route={route} />
      <main className={styles['main']} tabIndex={-1}><div className={styles['content']}><Place key={key} data={data} route={route} /></div></main>
    </div>
  );
}

/** Null is the overview, which has no address of its own. */
function useArchiveRoute(): Route | null {
  const known = useRoute();
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => setHash(location.hash);
    addEventListener('hashchange', read);
    addEventListener('popstate', read);
    return () => { removeEventListener('hashchange', read); removeEventListener('popstate', read); };
  }, []);
  useEffect(() => setHash(location.hash), [known]);
  // A link to where the window already is does nothing; on the overview it is at none of the places that links lead to.
  useEffect(() => { if (isOverview(hash)) useRoute.setState(routes.gallery(), true); }, [hash]);
  return useMemo(() => (isOverview(hash) ? null : parseRoute(hash)), [hash]);
}

function isOverview(hash: string): boolean {
  return hash.replace(/^#\/?/, '') === '';
}

function Contents({ data, route }: { readonly data: ArchiveData; readonly route: Route | null }): ReactElement {
  const item = (to: Route, icon: IconName, label: string, count?: number) => {
    const isOn = route !== null && route.screen === to.screen && (to.id === null || route.id === to.id);
    return (
      <li key={formatRoute(to)}>
        <RouteLink to={to} className={classNames(styles['item'], isOn && styles['on'])} isCurrent={isOn} title={label}>
          <Icon name={icon} /><span className="ellipsis">{label}</span>{count === undefined ? null : <span className={styles['count']}>{formatCount(count)}</span>}
        </RouteLink>
      </li>
    );
  };
  return (
    <nav className={styles['rail']} aria-label="Archive">
      <div className={styles['project']}><b>{data.project.name}</b><span className="muted small">Archive of {formatDay(data.exportedAtMs)}</span></div>
      <ul>
        <li><a href="#" className={classNames(styles['item'], route === null && styles['on'])} {...(route === null ? { 'aria-current': 'page' as const } : {})}><Icon name="archive" /><span>Overview</span></a></li>
      </ul>
      {data.pages.length > 0 ? <h2 className={styles['section']}>Pages</h2> : null}
      <ul>{data.pages.map((page) => item(routes.page(page.id), 'page', page.title))}</ul>
      <h2 className={styles['section']}>Project</h2>
      <ul>
        {item(routes.datasets(), 'database', 'Datasets', data.datasets.length)}
        {item(routes.runs(), 'runs', 'Runs', data.runs.length)}
        {item(routes.models(), 'cube', 'Models', data.models.length)}
        {item(routes.drift(), 'pulse', 'Drift', data.reports.length)}
        {item(routes.history(), 'clock', 'History', data.history.length)}
      </ul>
    </nav>
  );
}

function Place({ data, route }: { readonly data: ArchiveData; readonly route: Route | null }): ReactElement {
  if (route === null) return <Overview data={data} />;
  const { screen, id } = route;
  const gone = <EmptyState icon="archive">This is not in the archive; it may have been removed from the project before the export.</EmptyState>;
  switch (screen) {
    case 'pages': {
      const page = data.pages.find((one) => one.id === id);
      return page ? <PageView data={data} page={page} /> : id === null ? <Overview data={data} /> : gone;
    }
    case 'datasets': case 'import': {
      const dataset = data.datasets.find((one) => one.id === id);
      return dataset ? <DatasetView data={data} dataset={dataset} wanted={route.query['version'] ?? null} /> : id === null ? <DatasetsView data={data} /> : gone;
    }
    case 'runs': case 'train': {
      const run = data.runs.find((one) => one.id === id);
      return run ? <RunView data={data} run={run} /> : id === null ? <RunsView data={data} select={route.query['select'] ?? null} /> : gone;
    }
    case 'models': {
      const model = data.models.find((one) => one.id === id);
      return model ? <ModelView data={data} model={model} /> : id === null ? <ModelsView data={data} /> : gone;
    }
    case 'drift': case 'new-drift': {
      const report = data.reports.find((one) => one.id === id);
      return report ? <DriftReportView report={report} data={data} /> : id === null ? <DriftReportsView data={data} /> : gone;
    }
    case 'history': return <HistoryView data={data} />;
    default: return <Overview data={data} />;
  }
}

/** Stands in place of everything when the data cannot be read. */
export function Unreadable({ why }: { readonly why: string }): ReactElement {
  return <main className={styles['unreadable']}><h1>This archive cannot be shown</h1><p>{why}</p><p className="muted">The files beside this page are complete without it: every dataset is Parquet, every model ONNX, and ro-crate-metadata.json lists them.</p></main>;
}
