/** The entries of the log by day, as many as there are: only those in view are drawn. J/K move, Enter opens, R restores. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, type KeyboardEvent, type MouseEvent, type ReactElement } from 'react';
import { RouteLink } from '../app/link.tsx';
import type { Route } from '../state/route.ts';
import { classNames } from '../ui/class-names.ts';
import { formatClock, formatDateTime } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { actionIcon, timelineRows, type TimelineRow } from './history-words.ts';
import type { Sitting } from './page-history-words.ts';
import { StatusLabel } from '../ui/status-label.tsx';
import styles from './history-page.module.css';

export interface Thing { readonly label: string; readonly to: Route; }

export interface HistoryTimelineProps {
  readonly sittings: readonly Sitting[];
  readonly things: ReadonlyMap<string, Thing>;
  /** Hash of the selected entry. */
  readonly selected: string | null;
  readonly onSelect: (hash: string | null) => void;
  readonly onOpen: (hash: string) => void;
  readonly onRestore: () => void;
  readonly hasMore: boolean;
  readonly onMore: () => void;
  /** Names a device for the tooltip of its person. */
  readonly deviceName: (device: string) => string;
}

const dayHeight = 36;
const entryHeight = 32;
const tallHeight = 50;
/** Asks for older entries this many rows before the end. */
const aheadRows = 60;

function heightOf(row: TimelineRow | undefined): number {
  if (row?.kind !== 'entry') return dayHeight;
  return secondLine(row.sitting) === null ? entryHeight : tallHeight;
}

export function HistoryTimeline(props: HistoryTimelineProps): ReactElement {
  const { sittings, things, selected, onSelect, onOpen, onRestore, hasMore, onMore, deviceName } = props;
  const idBase = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => timelineRows(sittings, Date.now()), [sittings]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: (index) => heightOf(rows[index]), overscan: 12, scrollPaddingStart: dayHeight });
  // Heights are known, not measured: other rows mean other places.
  useEffect(() => { virtual.measure(); }, [virtual, rows]);
  const selectedIndex = useMemo(() => (selected === null ? -1 : rows.findIndex((row) => row.kind === 'entry' && row.sitting.entry.hash === selected)), [rows, selected]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => { if (hasMore && last >= rows.length - aheadRows) onMore(); });

  const move = (step: number) => {
    const direction = step < 0 ? -1 : 1;
    let index = Math.min(rows.length - 1, Math.max(0, selectedIndex < 0 ? 0 : selectedIndex + step));
    while (rows[index] && rows[index]?.kind !== 'entry') index += direction;
    const row = rows[index] ?? rows[selectedIndex];
    if (row?.kind !== 'entry') return;
    onSelect(row.sitting.entry.hash);
    virtual.scrollToIndex(rows.indexOf(row));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / entryHeight) - 2);
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }[event.key];
    if (step !== undefined) move(step);
    else if (event.key === 'Enter' && selected !== null) onOpen(selected);
    else if (event.key === 'r' && selected !== null) onRestore();
    else if (event.key === 'Escape' && selected !== null) onSelect(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent, hash: string) => {
    if (event.target instanceof Element && event.target.closest('a, button')) return;
    onOpen(hash);
  };
  const first = items.find((item) => item.end > (virtual.scrollOffset ?? 0))?.index ?? 0;
  const heading = useMemo(() => { for (let index = first; index >= 0; index--) { const row = rows[index]; if (row?.kind === 'day') return row.heading; } return ''; }, [rows, first]);
  return (
    <div
      ref={scroller} role="grid" aria-label="History" aria-rowcount={hasMore ? -1 : rows.length} aria-readonly tabIndex={0} className={styles['timeline']} onKeyDown={onKeyDown}
      {...(selectedIndex >= 0 && items.some((item) => item.index === selectedIndex) ? { 'aria-activedescendant': `${idBase}-${selectedIndex}` } : {})}
    >
      <div className={styles['dayNow']} role="presentation" aria-hidden>{heading}</div>
      <div role="presentation" className={styles['rows']} style={{ height: virtual.getTotalSize() }}>
        {items.map((place) => {
          const row = rows[place.index];
          if (!row) return null;
          const shared = { role: 'row', 'aria-rowindex': place.index + 1, style: { transform: `translateY(${place.start}px)`, height: place.size } };
          if (row.kind === 'day') return <div key={`day ${row.heading}`} {...shared} className={styles['day']}><div role="gridcell"><h2>{row.heading}</h2></div></div>;
          const { entry, firstAtMs } = row.sitting;
          const target = entry.entities.map((id) => things.get(id)).find(Boolean);
          const second = secondLine(row.sitting);
          const isSelected = place.index === selectedIndex;
          return (
            <div key={entry.hash} id={`${idBase}-${place.index}`} {...shared} aria-selected={isSelected} className={classNames(styles['entry'], isSelected && styles['selected'])} onClick={(event) => onClick(event, entry.hash)}>
              <span role="gridcell" className={styles['time']} title={firstAtMs === entry.atMs ? formatDateTime(entry.atMs) : `${formatDateTime(firstAtMs)} to ${formatDateTime(entry.atMs)}`}>{formatClock(entry.atMs)}</span>
              <span role="gridcell" className={styles['what']} title={entry.sentence}>
                <Icon name={actionIcon(entry.action)} />
                <span className={styles['lines']}><span className="ellipsis">{entry.sentence}</span>{second === null ? null : <span className={classNames('ellipsis', styles['why'])}>{second}</span>}</span>
              </span>
              <span role="gridcell" className={styles['target']}>{target ? <RouteLink to={target.to} title={target.label}>{target.label}</RouteLink> : null}</span>
              <span role="gridcell" className={styles['person']} title={`${entry.person}, on ${deviceName(entry.device)}`}>{entry.flag === null ? entry.person : <StatusLabel tone="danger" title="Signed after this computer was revoked">{entry.person}</StatusLabel>}</span>
              <span role="gridcell" className={styles['device']} title={`Key ${entry.device}`}>{deviceName(entry.device)}</span>
            </div>
          );
        })}
      </div>
      {hasMore ? <p className={styles['more']} role="presentation">Reading older entries</p> : null}
    </div>
  );
}

/** Why it was done, or how long it was written. */
function secondLine({ entry, firstAtMs }: Sitting): string | null {
  if (entry.why) return `Why: ${entry.why}`;
  return formatClock(firstAtMs) === formatClock(entry.atMs) ? null : `Written from ${formatClock(firstAtMs)} to ${formatClock(entry.atMs)}`;
}
