/** Everything that has several versions, in one list, to be settled one by one. */
import { useState, type ReactElement } from 'react';
import type { Conflict } from '../../shared/domain/changes.ts';
import { fieldWord } from '../../shared/domain/written-fields.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { conflicts as listing, useConflicts } from '../state/conflicts.ts';
import { navigate, routes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatDateTime, formatPlural } from '../ui/format.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { showValue } from './value-words.ts';
import { VersionsDialog } from './versions-dialog.tsx';

const keyOf = ({ entity, field }: Conflict) => `${entity} ${field}`;

const columns: readonly DataColumn<Conflict>[] = [
  { id: 'thing', header: 'Thing', width: 220, value: ({ label }) => label },
  { id: 'field', header: 'Value', width: 110, value: ({ type, field }) => fieldWord(type, field) },
  { id: 'versions', header: 'Versions', width: 260, isGrowing: true, isSortable: false, value: ({ field, versions }) => versions.map(({ person, value }) => `${person}: ${showValue(field, value).text.replace(/\s+/g, ' ')}`).join('   |   ') },
  { id: 'latest', header: 'Latest', width: 170, value: ({ versions }) => versions[0]?.atMs ?? 0, cell: ({ versions }) => formatDateTime(versions[0]?.atMs ?? 0), title: ({ versions }) => formatDateTime(versions[0]?.atMs ?? 0), isDescendingFirst: true },
];

export function ConflictsPage(): ReactElement {
  const list = useConflicts();
  const [open, setOpen] = useState<string | null>(null);
  const crumbs = [{ label: 'History', to: routes.history() }];
  const title = 'Several versions';
  if (list.status === 'loading') return <PageFrame crumbs={crumbs} title={title}><Loading label="Looking for values with several versions" /></PageFrame>;
  if (list.status === 'failed') return <PageFrame crumbs={crumbs} title={title}><ErrorPanel error={list.error} onRetry={() => void listing.reload()} /></PageFrame>;
  const conflict = list.value.find((one) => keyOf(one) === open);
  return (
    <PageFrame crumbs={crumbs} title={title} count={list.value.length === 0 ? undefined : formatPlural(list.value.length, 'value')}>
      {list.value.length === 0
        ? <EmptyState icon="check" actions={<Button onPress={() => navigate(routes.history())}>Back to the history</Button>}>Nothing was written twice: every value has one version.</EmptyState>
        : <DataTable label="Values with several versions" rows={list.value} columns={columns} rowId={keyOf} onOpen={(one) => setOpen(keyOf(one))} clickOpens isComfortable />}
      {conflict ? <VersionsDialog key={open} conflict={conflict} onClose={() => setOpen(null)} /> : null}
    </PageFrame>
  );
}
