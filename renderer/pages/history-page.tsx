/** The audit trail: who did what, when and why, from the signed log itself; newest first. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { HistoryEntry } from '../../shared/domain/history.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { useCommands } from '../app/command.ts';
import { RouteLink } from '../app/link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { useReloadOn } from '../state/changes.ts';
import { useDatasets } from '../state/datasets.ts';
import { useReports } from '../state/drift.ts';
import { valueOr } from '../state/loadable.ts';
import { useModels } from '../state/models.ts';
import { usePages } from '../state/pages.ts';
import { routes, setQuery, useRoute, type Route } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { formatClock, formatDateTime, formatHash } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { FilterField } from '../ui/text-field.tsx';
import { actionIcon, actionWords, dayHeading, filterHistory } from './history-words.ts';
import { joinSittings, type Sitting } from './page-history-words.ts';
import styles from './history-page.module.css';

const pageSize = 200;

export function HistoryPage(): ReactElement {
  const { query } = useRoute();
  const entity = query['entity'] ?? null;
  const { entries, failure, hasMore, more, reload } = useHistory(entity);
  const [text, setText] = useState('');
  const [person, setPerson] = useState('all');
  const [action, setAction] = useState('all');
  const filterRef = useRef<HTMLInputElement>(null);
  useCommands([{ id: 'history.filter', label: 'Filter the history', keys: '/', icon: 'filter', run: () => filterRef.current?.focus() }]);
  const names = useEntityNames();

  const people = useMemo(() => [...new Set((entries ?? []).map((entry) => entry.person))].sort(), [entries]);
  const actions = useMemo(() => [...new Set((entries ?? []).map((entry) => entry.action.split('.')[0] ?? entry.action))].sort(), [entries]);
  const sittings = useMemo(() => joinSittings(entries ?? []), [entries]);
  const shown = useMemo(() => {
    const kept = new Set(filterHistory(sittings.map(({ entry }) => entry), { text, person: person === 'all' ? null : person, area: action === 'all' ? null : action }));
    return sittings.filter(({ entry }) => kept.has(entry));
  }, [sittings, text, person, action]);
  const isFiltered = text !== '' || person !== 'all' || action !== 'all';
  return (
    <PageFrame title="History">
      <div className={styles['tools']}>
        <FilterField label="Filter the history" placeholder="Filter by what was done" value={text} onChange={setText} keys="/" inputRef={filterRef} className={styles['filter'] ?? ''} />
        <Select label="Person" isLabelHidden isQuiet prefix="Person" value={person} options={[{ value: 'all', label: 'everyone' }, ...people.map((one) => ({ value: one, label: one }))]} onChange={setPerson} />
        <Select label="Kind" isLabelHidden isQuiet prefix="Kind" value={action} options={[{ value: 'all', label: 'everything' }, ...actions.map((one) => ({ value: one, label: actionWords(one) }))]} onChange={setAction} />
        {entity === null ? null : <Chip prefix="Only" onRemove={() => setQuery('entity', null)} removeLabel="Show the whole history">{names.get(entity)?.label ?? 'one thing'}</Chip>}
        <span className={styles['note']}><Icon name="shield" size={12} />Every entry is signed and chained to the one before</span>
      </div>
      {failure ? <ErrorPanel error={failure} onRetry={reload} />
        : entries === null ? <Loading label="Reading the log" rows={10} />
          : shown.length === 0 ? <EmptyState icon="clock" actions={isFiltered ? <Button onPress={() => { setText(''); setPerson('all'); setAction('all'); }}>Clear the filter</Button> : undefined}>{isFiltered ? 'Nothing in the history matches.' : 'Nothing has been done yet.'}</EmptyState>
            : <Timeline sittings={shown} names={names} />}
      {entries !== null && hasMore ? <div className={styles['more']}><Button onPress={more}>Show older entries</Button></div> : null}
    </PageFrame>
  );
}

function Timeline({ sittings, names }: { readonly sittings: readonly Sitting[]; readonly names: EntityNames }): ReactElement {
  const days = useMemo(() => groupByDay(sittings), [sittings]);
  return (
    <div className={styles['timeline']}>
      {days.map((day) => (
        <section key={day.heading} aria-label={day.heading}>
          <h2 className={styles['day']}>{day.heading}</h2>
          <ol>
            {day.sittings.map(({ entry, firstAtMs }) => {
              const target = entry.entities.map((id) => names.get(id)).find(Boolean);
              return (
                <li key={entry.hash} className={styles['entry']}>
                  <time title={firstAtMs === entry.atMs ? formatDateTime(entry.atMs) : `${formatDateTime(firstAtMs)} to ${formatDateTime(entry.atMs)}`}>{formatClock(entry.atMs)}</time>
                  <Icon name={actionIcon(entry.action)} />
                  <div className={styles['what']}>
                    <p className="selectable">{entry.sentence}</p>
                    {formatClock(firstAtMs) === formatClock(entry.atMs) ? null : <p className={styles['why']}>Written from {formatClock(firstAtMs)} to {formatClock(entry.atMs)}</p>}
                    {entry.why ? <p className={styles['why']}>Why: {entry.why}</p> : null}
                  </div>
                  {target ? <RouteLink to={target.to} className={styles['target']} title={target.label}>{target.label}</RouteLink> : <span className={styles['target']} />}
                  <span className={styles['person']} title={`Key ${entry.device}`}>{entry.person}</span>
                  <CopyText value={entry.hash} shown={formatHash(entry.hash, 2)} label="the hash of this entry" />
                </li>
              );
            })}
          </ol>
        </section>
      ))}
    </div>
  );
}

function groupByDay(sittings: readonly Sitting[]): { readonly heading: string; readonly sittings: readonly Sitting[] }[] {
  const days = new Map<string, Sitting[]>();
  const nowMs = Date.now();
  for (const sitting of sittings) {
    const heading = dayHeading(sitting.entry.atMs, nowMs);
    days.set(heading, [...(days.get(heading) ?? []), sitting]);
  }
  return [...days].map(([heading, ofDay]) => ({ heading, sittings: ofDay }));
}

/** The newest entries, and older ones on demand; new events appear at the top by themselves. */
function useHistory(entity: string | null): { readonly entries: readonly HistoryEntry[] | null; readonly failure: Failure | null; readonly hasMore: boolean; readonly more: () => void; readonly reload: () => void } {
  const [state, setState] = useState<{ entries: readonly HistoryEntry[] | null; next: number | null; failure: Failure | null }>({ entries: null, next: null, failure: null });
  const ticket = useRef(0);
  const load = useCallback((before: number | null, limit: number) => {
    const mine = ++ticket.current;
    void call('history.list', { entity, limit, before }).then((answer) => {
      if (mine === ticket.current) setState((known) => ({ entries: before === null ? answer.entries : [...(known.entries ?? []), ...answer.entries], next: answer.next, failure: null }));
    }, (thrown: unknown) => { if (mine === ticket.current) setState((known) => ({ ...known, failure: toFailure(thrown) })); });
  }, [entity]);
  useEffect(() => {
    setState({ entries: null, next: null, failure: null });
    load(null, pageSize);
  }, [load]);
  const known = state.entries?.length ?? 0;
  const reload = () => load(null, Math.min(1000, Math.max(pageSize, known)));
  useReloadOn(['dataset', 'version', 'run', 'model', 'report', 'page', 'block', 'project'], reload);
  return { ...state, hasMore: state.next !== null, more: () => load(state.next, pageSize), reload };
}

type EntityNames = ReadonlyMap<string, { readonly label: string; readonly to: Route }>;

/** Names and places of all entities that the lists know. */
function useEntityNames(): EntityNames {
  const datasets = useDatasets();
  const runs = useRuns();
  const models = useModels();
  const reports = useReports();
  const pages = usePages();
  return useMemo(() => new Map<string, { label: string; to: Route }>([
    ...valueOr(datasets, []).flatMap((dataset) => [
      [dataset.id as string, { label: dataset.name, to: routes.dataset(dataset.id) }] as const,
      ...dataset.versions.map((version) => [version.id as string, { label: `${dataset.name} v${version.number}`, to: routes.dataset(dataset.id, { version: version.id }) }] as const),
    ]),
    ...valueOr(runs, []).map((run) => [run.id as string, { label: `${run.label} ${run.name}`, to: routes.run(run.id) }] as const),
    ...valueOr(models, []).map((model) => [model.id as string, { label: model.name, to: routes.model(model.id) }] as const),
    ...valueOr(reports, []).map((report) => [report.id as string, { label: report.name, to: routes.report(report.id) }] as const),
    ...valueOr(pages, []).map((page) => [page.id as string, { label: page.title, to: routes.page(page.id) }] as const),
  ]), [datasets, runs, models, reports, pages]);
}
