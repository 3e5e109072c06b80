/** The profile of every column as a table; the chosen one opens in the inspector. */
import { useMemo, type ReactElement } from 'react';
import type { RoleSuggestion } from '../../shared/domain/classification.ts';
import { noteOf, type ColumnNote } from '../../shared/domain/column-notes.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { Loadable } from '../state/loadable.ts';
import { ColumnIcon, knownTypeWords } from '../ui/column-icon.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatShare } from '../ui/format.ts';
import { MiniHistogram } from '../ui/sparkline.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { chartCounts, describeColumn, describeRange, describeRangeBriefly, knownType, missingShare, roleWords } from './column-words.ts';
import styles from './dataset-columns.module.css';

export interface DatasetColumnsProps {
  readonly profile: Loadable<readonly ColumnProfile[]>;
  /** What people say of the columns; left out where there is nothing to say, as in an archive. */
  readonly notes?: readonly ColumnNote[];
  readonly roles?: readonly RoleSuggestion[];
  readonly onRetry: () => void;
  readonly selected: string | null;
  readonly onSelect: (name: string) => void;
}

export function DatasetColumns({ profile, notes, roles, onRetry, selected, onSelect }: DatasetColumnsProps): ReactElement {
  const columns = useMemo(() => [...profileColumns(notes ?? noNotes), ...(notes ? noteColumns(notes, roles ?? []) : [])], [notes, roles]);
  if (profile.status === 'loading') return <Loading label="Reading every column" rows={12} />;
  if (profile.status === 'failed') return <ErrorPanel title="The profile could not be made" error={profile.error} onRetry={onRetry} />;
  return <DataTable label="Columns" rows={profile.value} columns={columns} rowId={(column) => column.name} current={selected} onCurrent={onSelect} storageKey="columns" />;
}

const noNotes: readonly ColumnNote[] = [];

function typeWord({ name, type }: ColumnProfile, notes: readonly ColumnNote[]): string {
  return knownTypeWords[knownType(type, noteOf(notes, name))];
}

function profileColumns(notes: readonly ColumnNote[]): readonly DataColumn<ColumnProfile>[] {
  return [
    {
      id: 'name', header: 'Column', width: 148, isGrowing: true, value: (column) => column.name,
      cell: (column) => <span className={styles['name']}><ColumnIcon type={column.type} /><span className="ellipsis">{column.name}</span></span>,
    },
    { id: 'type', header: 'Type', width: 96, value: (column) => typeWord(column, notes), cell: (column) => <span className="muted" title={typeWord(column, notes)}>{typeWord(column, notes)}</span> },
    {
      id: 'distribution', header: 'Distribution', width: 122, isSortable: false, value: () => null, title: describeColumn,
      cell: (column) => {
        const counts = chartCounts(column);
        return counts ? <MiniHistogram counts={counts} width={104} label={describeColumn(column)} /> : <span className="muted">one per row</span>;
      },
    },
    { id: 'range', header: 'Range', width: 190, align: 'right', value: (column) => column.numeric?.min ?? column.distinctCount, title: describeRange, cell: describeRangeBriefly },
    { id: 'distinct', header: 'Distinct', width: 80, align: 'right', isDescendingFirst: true, value: (column) => column.distinctCount, cell: (column) => `${column.distinctIsExact ? '' : '~'}${formatCount(column.distinctCount)}` },
    {
      id: 'missing', header: 'Missing', width: 112, align: 'right', isDescendingFirst: true, value: missingShare, title: (column) => `${formatCount(column.missingCount)} of ${formatCount(column.rowCount)} rows`,
      cell: (column) => {
        const share = missingShare(column);
        return <span className={styles['missing']}>{share === 0 ? <span className="muted">none</span> : <>{formatShare(share)}<span className={styles['track']}><span style={{ width: `${Math.max(4, share * 100)}%` }} /></span></>}</span>;
      },
    },
  ];
}

/** Role and unit; a suggested role stands there muted, with a question mark. */
function noteColumns(notes: readonly ColumnNote[], roles: readonly RoleSuggestion[]): readonly DataColumn<ColumnProfile>[] {
  const suggested = (name: string) => roles.find(({ column }) => column === name);
  return [
    {
      id: 'role', header: 'Role', width: 84, value: ({ name }) => noteOf(notes, name)?.role ?? null, title: ({ name }) => (noteOf(notes, name)?.role ? '' : suggested(name)?.reason ?? ''),
      cell: ({ name }) => {
        const role = noteOf(notes, name)?.role;
        const other = suggested(name);
        return role ? roleWords[role].word : other ? <span className="muted">{roleWords[other.role].word}?</span> : '\u2013';
      },
    },
    { id: 'unit', header: 'Unit', width: 72, value: ({ name }) => noteOf(notes, name)?.unit || null },
  ];
}
