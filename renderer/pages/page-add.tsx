/** The list behind "/" and the + button: one box finds text, datasets, runs, drift reports and charts. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { RunId } from '../../shared/domain/ids.ts';
import type { Run } from '../../shared/domain/runs.ts';
import { useDatasets } from '../state/datasets.ts';
import { useReports } from '../state/drift.ts';
import { valueOr } from '../state/loadable.ts';
import type { NewContent } from '../state/pages.ts';
import { useRuns } from '../state/runs.ts';
import { Button } from '../ui/button.tsx';
import { SeriesDot } from '../ui/chip.tsx';
import { formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { metricLabel, metricsOf } from '../ui/metric-label.ts';
import { Select } from '../ui/select.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import { addEntries, narrowEntries, type AddEntry } from './page-add-entries.ts';
import styles from './page-add.module.css';

export interface PageAddProps {
  readonly onAdd: (content: NewContent) => void;
  readonly onClose: () => void;
}

export function PageAdd({ onAdd, onClose }: PageAddProps): ReactElement {
  const [isChart, setIsChart] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The box that had the focus is gone; the keys must stay in the panel.
    if (isChart) panel.current?.focus();
    const frame = requestAnimationFrame(() => panel.current?.scrollIntoView({ block: 'nearest' }));
    return () => cancelAnimationFrame(frame);
  }, [isChart]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  const onBlur = (event: { readonly currentTarget: HTMLElement; readonly relatedTarget: EventTarget | null }) => {
    const to = event.relatedTarget;
    // A select's list lives outside of the panel; everything else outside closes it.
    if (to instanceof Element && !event.currentTarget.contains(to) && !to.closest('[role=listbox], [role=dialog]')) onClose();
  };
  return (
    <div ref={panel} className={styles['panel']} role="dialog" aria-label="Add to the page" onKeyDown={onKeyDown} onBlur={onBlur} tabIndex={-1}>
      {isChart ? <ChartChoice onAdd={onAdd} onBack={() => setIsChart(false)} /> : <AddList onAdd={onAdd} onChart={() => setIsChart(true)} />}
    </div>
  );
}

function AddList({ onAdd, onChart }: { readonly onAdd: (content: NewContent) => void; readonly onChart: () => void }): ReactElement {
  const datasets = valueOr(useDatasets(), []);
  const runs = valueOr(useRuns(), []);
  const reports = valueOr(useReports(), []);
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => addEntries({ datasets, runs, reports }), [datasets, runs, reports]);
  const groups = useMemo(() => narrowEntries(all, text), [all, text]);
  const flat = groups.flatMap((group) => group.entries);
  const chosen = flat[Math.min(index, flat.length - 1)];
  const take = (entry: AddEntry | undefined) => { if (entry) { if (entry.content) onAdd(entry.content); else onChart(); } };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && flat.length > 0) {
      const next = (Math.min(index, flat.length - 1) + step + flat.length) % flat.length;
      setIndex(next);
      list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') take(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className={styles['search']}>
        <Icon name="search" />
        <input
          autoFocus value={text} onChange={(event) => { setText(event.target.value); setIndex(0); }} onKeyDown={onKeyDown} placeholder="Add text, a run, a dataset, a drift report" className={styles['input']} spellCheck={false}
          role="combobox" aria-label="What to add" aria-expanded aria-controls={listId} aria-autocomplete="list" {...(chosen ? { 'aria-activedescendant': `${listId}-${flat.indexOf(chosen)}` } : {})}
        />
      </div>
      <div ref={list} id={listId} role="listbox" aria-label="What can be added" className={styles['list']}>
        {flat.length === 0 ? <p className={styles['none']}>Nothing is called that.</p> : null}
        {groups.map(({ group, entries }) => (
          <div key={group} role="group" aria-label={group}>
            <div className={styles['group']} aria-hidden>{group}</div>
            {entries.map((entry) => {
              const place = flat.indexOf(entry);
              return (
                <div
                  key={entry.id} id={`${listId}-${place}`} data-index={place} role="option" aria-selected={entry === chosen} className={styles['entry']}
                  onMouseMove={() => setIndex(place)} onMouseDown={(event) => event.preventDefault()} onClick={() => take(entry)}
                >
                  {entry.colour === undefined ? <Icon name={entry.icon} /> : <span className={styles['dot']}><SeriesDot colour={entry.colour} /></span>}
                  <span className="ellipsis">{entry.label}</span><span className={styles['detail']}>{entry.detail}</span>
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </>
  );
}

const mostRuns = 50;

function ChartChoice({ onAdd, onBack }: { readonly onAdd: (content: NewContent) => void; readonly onBack: () => void }): ReactElement {
  const all = valueOr(useRuns(), []);
  const runs = useMemo(() => [...all].reverse(), [all]);
  const [chosen, setChosen] = useState<ReadonlySet<RunId>>(new Set());
  const picked = runs.filter((run) => chosen.has(run.id));
  const metrics = ['loss', ...metricsInCommon(picked.length > 0 ? picked : runs)];
  const [wanted, setWanted] = useState('loss');
  const metric = metrics.includes(wanted) ? wanted : 'loss';
  const toggle = (id: RunId, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id); else next.delete(id);
    setChosen(next);
  };
  const reason = picked.length === 0 ? 'Choose at least one run.' : picked.length > mostRuns ? `Choose at most ${mostRuns} runs.` : null;
  return (
    <div className={styles['chart']}>
      <div className={styles['chartHead']}>
        <Button kind="ghost" isSmall icon="chevron-left" onPress={onBack}>Back</Button>
        <Select label="Metric" isLabelHidden isSmall isQuiet prefix="Metric" value={metric} options={metrics.map((name) => ({ value: name, label: metricLabel(name) }))} onChange={setWanted} />
      </div>
      <ul className={styles['runs']} aria-label="Runs of the chart">
        {runs.map((run) => (
          <li key={run.id}><Checkbox isSelected={chosen.has(run.id)} onChange={(on) => toggle(run.id, on)}><SeriesDot colour={run.colour} /><span className="muted">{run.label}</span><span className="ellipsis">{run.name}</span></Checkbox></li>
        ))}
      </ul>
      <div className={styles['chartFoot']}>
        <span className="muted small">{formatPlural(picked.length, 'run')} chosen</span>
        <Button kind="primary" disabledReason={reason} onPress={() => onAdd({ kind: 'metric-chart', runIds: picked.slice(0, mostRuns).map((run) => run.id).reverse(), metric })}>Add chart</Button>
      </div>
    </div>
  );
}

/** Metrics that every one of these runs has on its validation part. */
function metricsInCommon(runs: readonly Run[]): readonly string[] {
  const [first, ...rest] = runs.map((run) => metricsOf(run.config.task));
  return (first ?? []).filter((metric) => rest.every((one) => one.includes(metric)));
}
