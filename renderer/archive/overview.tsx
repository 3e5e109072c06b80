/** What is in the archive, who made it, and how to check that nothing was changed since. */
import type { ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import { RouteLink } from '../app/link.tsx';
import { firstWindow, verdictOf, withNamedWindows } from '../pages/drift-words.ts';
import { routes, type Route } from '../state/route.ts';
import { formatBytes, formatDateTime, formatMetric, formatPlural } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Facts } from '../ui/inspector.tsx';
import { metricLabel, metricsOf } from '../ui/metric-label.ts';
import styles from './viewer.module.css';

export function Overview({ data }: { readonly data: ArchiveData }): ReactElement {
  const bytes = data.datasets.flatMap((dataset) => dataset.versions).reduce((sum, version) => sum + version.sizeBytes, 0);
  return (
    <article className={styles['sheet']}>
      <h1>{data.project.name}</h1>
      <p className={styles['lead']}>
        The whole project as it stood on {formatDateTime(data.exportedAtMs)}: {formatPlural(data.pages.length, 'page')}, {formatPlural(data.datasets.length, 'dataset')} ({formatBytes(bytes)}), {formatPlural(data.runs.length, 'training run')}, {formatPlural(data.models.length, 'model')} and {formatPlural(data.reports.length, 'drift report')}, each with its files and hashes.
      </p>
      <div className={styles['overview']}>
        <div>
          <List title="Pages" icon="page" items={data.pages.map((page) => ({ key: page.id, to: routes.page(page.id), label: page.title, detail: page.changedBy }))} />
          <List title="Drift" icon="pulse" items={data.reports.map((report) => ({ key: report.id, to: routes.report(report.id), label: report.name, detail: verdictOf(withNamedWindows(report), firstWindow(report)).headline }))} />
          <List
            title="Models" icon="cube" items={data.models.map((model) => {
              const [metric] = metricsOf(model.task);
              return { key: model.id, to: routes.model(model.id), label: model.name, detail: `${model.stage}${metric && model.test[metric] !== undefined ? `, test ${metricLabel(metric).toLowerCase()} ${formatMetric(model.test[metric])}` : ''}` };
            })}
          />
          <List title="Datasets" icon="database" items={data.datasets.map((dataset) => ({ key: dataset.id, to: routes.dataset(dataset.id), label: dataset.name, detail: formatPlural(dataset.versions.at(-1)?.rowCount ?? 0, 'row') }))} />
        </div>
        <aside>
          <section className={styles['panel']}>
            <h2>Made by</h2>
            <Facts facts={[
              { term: 'Person', value: data.exportedBy }, { term: 'Exported', value: formatDateTime(data.exportedAtMs) },
              { term: 'Key', value: <span className="mono">{data.deviceFingerprint}</span> }, { term: 'Assay', value: data.appVersion },
            ]} />
          </section>
          <section className={styles['panel']}>
            <h2><Icon name="shield" />How to check it</h2>
            <p>This page only shows; it does not check itself. The archive carries the SHA-256 of every file and a signed log of every change. To check both:</p>
            <pre className="selectable">assay verify ARCHIVE.eln</pre>
            <p>It names every file that differs. Compare the key above with the one that {data.exportedBy} tells you by another way.</p>
            <p className="muted">Without Assay: HOW-TO-VERIFY.txt in this folder tells how, with minisign and sha256sum.</p>
          </section>
        </aside>
      </div>
    </article>
  );
}

interface ListItem { readonly key: string; readonly to: Route; readonly label: string; readonly detail: string; }

function List({ title, icon, items }: { readonly title: string; readonly icon: IconName; readonly items: readonly ListItem[] }): ReactElement | null {
  if (items.length === 0) return null;
  return (
    <section className={styles['listing']}>
      <h2>{title}</h2>
      <ul>{items.map((item) => <li key={item.key}><Icon name={icon} /><RouteLink to={item.to} className="ellipsis">{item.label}</RouteLink><span className={styles['listDetail']}>{item.detail}</span></li>)}</ul>
    </section>
  );
}
