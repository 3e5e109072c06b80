/** Narrows the history by words, person, device, kind and time. The engine filters, so all of the log is searched. */
import { useMemo, type ReactElement, type Ref } from 'react';
import { historyAreas, type HistoryArea, type HistoryWriter } from '../../shared/domain/history.ts';
import { Button } from '../ui/button.tsx';
import { FilterField } from '../ui/text-field.tsx';
import { Select } from '../ui/select.tsx';
import { areaWords, type Period } from './history-words.ts';
import styles from './history-page.module.css';

export interface Filters {
  readonly text: string;
  readonly person: string;
  readonly device: string;
  readonly area: HistoryArea | 'all';
  readonly period: Period;
  readonly from: string;
  readonly to: string;
}

export const noFilters: Filters = { text: '', person: 'all', device: 'all', area: 'all', period: 'any', from: '', to: '' };

export interface HistoryFiltersProps {
  readonly filters: Filters;
  readonly onChange: (change: Partial<Filters>) => void;
  readonly writers: readonly HistoryWriter[];
  readonly inputRef: Ref<HTMLInputElement>;
}

export function HistoryFilters({ filters, onChange, writers, inputRef }: HistoryFiltersProps): ReactElement {
  const people = useMemo(() => [...new Set(writers.map(({ person }) => person))].sort(), [writers]);
  const devices = useMemo(() => writers.map((one) => ({
    value: one.device, label: one.deviceName ?? `${one.person}, ${one.device.slice(0, 4)}`, description: `${one.isThis ? 'this computer, ' : ''}${one.person}`, end: one.device.slice(0, 4),
  })), [writers]);
  const { text, person, device, area, period, from, to } = filters;
  return (
    <>
      <FilterField label="Filter the history" placeholder="Words of what was done" value={text} onChange={(value) => onChange({ text: value.slice(0, 200) })} keys="/" inputRef={inputRef} className={styles['filter'] ?? ''} />
      <Select label="Person" isLabelHidden isQuiet prefix="Person" value={person} options={[{ value: 'all', label: 'everyone' }, ...people.map((one) => ({ value: one, label: one }))]} onChange={(value) => onChange({ person: value })} />
      {devices.length > 1 ? <Select label="Device" isLabelHidden isQuiet prefix="Device" value={device} options={[{ value: 'all', label: 'any' }, ...devices]} onChange={(value) => onChange({ device: value })} /> : null}
      <Select<HistoryArea | 'all'> label="Kind" isLabelHidden isQuiet prefix="Kind" value={area} options={[{ value: 'all', label: 'everything' }, ...historyAreas.map((one) => ({ value: one, label: areaWords[one] }))]} onChange={(value) => onChange({ area: value })} />
      <Select<Period>
        label="Time" isLabelHidden isQuiet prefix="Time" value={period} onChange={(value) => onChange({ period: value })}
        options={[{ value: 'any', label: 'any' }, { value: 'today', label: 'today' }, { value: 'week', label: 'last 7 days' }, { value: 'month', label: 'last 30 days' }, { value: 'days', label: 'from day to day' }]}
      />
      {period === 'days' ? (
        <span className={styles['days']}>
          <input type="date" aria-label="From day" value={from} max={to || undefined} onChange={(event) => onChange({ from: event.target.value })} />
          <span className="muted">to</span>
          <input type="date" aria-label="To day" value={to} min={from || undefined} onChange={(event) => onChange({ to: event.target.value })} />
        </span>
      ) : null}
      {isFiltered(filters) ? <Button kind="ghost" isSmall icon="close" onPress={() => onChange(noFilters)}>Clear</Button> : null}
    </>
  );
}

export function isFiltered(filters: Filters): boolean {
  return filters.text.trim() !== '' || filters.person !== 'all' || filters.device !== 'all' || filters.area !== 'all' || filters.period !== 'any';
}
