/** The bar over the runs table: filter box and chips, which part the metrics are of, grouping and columns. */
import { useMemo, useState, type ReactElement, type Ref } from 'react';
import { formatTag } from '../../shared/domain/datasets.ts';
import { runStatuses, type Run } from '../../shared/domain/runs.ts';
import { modelKinds } from '../../shared/domain/train-config.ts';
import { addFilter, removeFilter, useRunsChoice, useRunsLook, type MetricPart, type RunFilter, type RunGrouping } from '../state/runs-view.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import type { DataColumn } from '../ui/data-table.tsx';
import { formatCount } from '../ui/format.ts';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { Select } from '../ui/select.tsx';
import { FilterField } from '../ui/text-field.tsx';
import { describeFilter, parseFilter } from './runs-filter.ts';
import styles from './runs-page.module.css';

export interface RunsToolbarProps {
  readonly runs: readonly Run[];
  readonly shownCount: number;
  readonly columns: readonly DataColumn<Run>[];
  readonly hiddenColumns: ReadonlySet<string>;
  readonly filterRef: Ref<HTMLInputElement>;
}

const groupings: readonly { readonly value: RunGrouping; readonly label: string }[] = [
  { value: 'none', label: 'None' }, { value: 'model', label: 'Model kind' }, { value: 'dataset', label: 'Dataset' }, { value: 'target', label: 'Target' }, { value: 'status', label: 'Status' },
];

export function RunsToolbar({ runs, shownCount, columns, hiddenColumns, filterRef }: RunsToolbarProps): ReactElement {
  const { text, filters } = useRunsChoice();
  const { grouping, part } = useRunsLook();
  const onEnter = () => {
    const filter = parseFilter(text);
    if (!filter) return;
    addFilter(filter);
    useRunsChoice.setState({ text: '' });
  };
  const columnEntries = columns.filter((column) => column.id !== 'run').map((column): MenuEntry => ({
    id: column.id, label: column.header, isChecked: !hiddenColumns.has(column.id),
    run: () => useRunsLook.setState((look) => ({ columns: { ...look.columns, [column.id]: hiddenColumns.has(column.id) } })),
  }));
  return (
    <div className={styles['toolbar']}>
      <FilterField
        label="Filter runs" placeholder="Filter runs" keys="/" value={text} inputRef={filterRef} className={styles['filterBox'] ?? ''} onEnter={onEnter}
        onChange={(value) => useRunsChoice.setState({ text: value })}
      />
      <div className={styles['chips']}>
        {filters.map((filter) => {
          const { prefix, text: words } = describeFilter(filter);
          return <Chip key={JSON.stringify(filter)} prefix={prefix} removeLabel={`Remove filter ${prefix} ${words}`} onRemove={() => removeFilter(filter)}>{words}</Chip>;
        })}
        <FilterMenu runs={runs} />
        {filters.length > 1 ? <Button kind="ghost" isSmall onPress={() => useRunsChoice.setState({ filters: [], text: '' })}>Clear</Button> : null}
      </div>
      <span className={styles['spacer']} />
      {shownCount < runs.length ? <span className="muted small">{formatCount(shownCount)} of {formatCount(runs.length)} runs</span> : null}
      <Select<MetricPart>
        label="Metrics of" prefix="Metrics" isLabelHidden isQuiet isSmall value={part} onChange={(value) => useRunsLook.setState({ part: value })}
        options={[{ value: 'validation', label: 'Validation', description: 'To choose between runs' }, { value: 'test', label: 'Test', description: 'To report the chosen one' }]}
      />
      <Select<RunGrouping> label="Group by" prefix="Group" isLabelHidden isQuiet isSmall value={grouping} options={groupings} onChange={(value) => useRunsLook.setState({ grouping: value })} />
      <Menu label="Columns" entries={[...columnEntries, 'separator', { id: 'reset', label: 'Default columns', icon: 'undo', run: () => useRunsLook.setState({ columns: {} }) }]} staysOpen>
        <Button isSmall icon="columns">{columns.length - hiddenColumns.size} columns</Button>
      </Menu>
    </div>
  );
}

/** Filters that make sense for these runs; a comparison with a metric is typed. */
function FilterMenu({ runs }: { readonly runs: readonly Run[] }): ReactElement {
  const [isOpenOnce, setIsOpenOnce] = useState(false);
  const entries = useMemo(() => (isOpenOnce ? filterEntries(runs) : []), [isOpenOnce, runs]);
  return (
    <span onPointerEnter={() => setIsOpenOnce(true)} onFocusCapture={() => setIsOpenOnce(true)}>
      <Menu label="Add a filter" entries={entries}><Button kind="ghost" isSmall icon="plus">Filter</Button></Menu>
    </span>
  );
}

function filterEntries(runs: readonly Run[]): readonly MenuEntry[] {
  const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort().slice(0, 8);
  const statuses = runStatuses.filter((status) => runs.some((run) => run.status === status));
  const groups: readonly (readonly RunFilter[])[] = [
    statuses.length > 1 ? statuses.map((status): RunFilter => ({ kind: 'status', status })) : [],
    distinct(runs.map((run) => run.datasetName)).map((dataset): RunFilter => ({ kind: 'data', dataset })),
    distinct(runs.map((run) => run.config.target)).map((target): RunFilter => ({ kind: 'target', target })),
    modelKinds.filter((kind) => runs.some((run) => run.config.model.kind === kind)).map((model): RunFilter => ({ kind: 'model', model })),
    distinct(runs.flatMap((run) => run.tags.map(formatTag))).map((tag): RunFilter => ({ kind: 'tag', tag })),
    [1, 7, 30].map((days): RunFilter => ({ kind: 'started', days })),
  ];
  const entries = groups.filter((group) => group.length > 0).flatMap((group, index): MenuEntry[] => [
    ...(index > 0 ? ['separator' as const] : []),
    ...group.map((filter): MenuEntry => {
      const { prefix, text } = describeFilter(filter);
      return { id: JSON.stringify(filter), label: `${prefix}: ${text}`, run: () => addFilter(filter) };
    }),
  ]);
  return [...entries, 'separator', { id: 'typed', label: 'Or type: accuracy > 0.9, then Enter', disabledReason: 'A comparison with a metric is typed into the filter box.', run: () => undefined }];
}
