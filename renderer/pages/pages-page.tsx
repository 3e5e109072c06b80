/** All notebook pages: what was written, by whom, when it last changed. */
import { useMemo, type ReactElement } from 'react';
import type { PageSummary } from '../../shared/domain/pages.ts';
import { runCommand } from '../app/commands.ts';
import { RowLink } from '../app/link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { pages, usePages } from '../state/pages.ts';
import { openSample, useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatDateTime, formatWhen } from '../ui/format.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';

export function PagesPage(): ReactElement {
  const list = usePages();
  const readOnly = useReadOnlyReason();
  const columns = useMemo(pageColumns, []);
  const newButton = <Button kind="primary" icon="plus" keys="mod+n" disabledReason={readOnly} onPress={() => runCommand('page.new')}>New page</Button>;
  return (
    <PageFrame title="Pages" count={list.status === 'ready' ? formatCount(list.value.length) : undefined} actions={list.status === 'ready' && list.value.length === 0 ? undefined : newButton}>
      {list.status === 'loading' ? <Loading label="Reading the pages" />
        : list.status === 'failed' ? <ErrorPanel error={list.error} onRetry={() => { void pages.reload(); }} />
          : list.value.length === 0 ? (
            <EmptyState icon="page" actions={<>{newButton}<Button icon="sparkle" onPress={() => { void attempt(openSample); }}>Try with sample data</Button></>}>
              A page holds what you think beside the evidence: text, formulas, runs, datasets and drift reports.
            </EmptyState>
          ) : <DataTable label="Pages" rows={list.value} columns={columns} rowId={(page) => page.id} clickOpens onOpen={(page) => navigate(routes.page(page.id))} storageKey="pages" isComfortable initialSort={{ id: 'changed', isDescending: true }} />}
    </PageFrame>
  );
}

function pageColumns(): readonly DataColumn<PageSummary>[] {
  return [
    { id: 'title', header: 'Title', width: 280, isGrowing: true, value: (page) => page.title, cell: (page) => <RowLink to={routes.page(page.id)} icon="page">{page.title}</RowLink> },
    { id: 'createdBy', header: 'Started by', width: 140, value: (page) => page.createdBy },
    { id: 'created', header: 'Started', width: 110, align: 'right', isDescendingFirst: true, value: (page) => page.createdAtMs, cell: (page) => formatWhen(page.createdAtMs, Date.now()), title: (page) => formatDateTime(page.createdAtMs) },
    { id: 'changedBy', header: 'Changed by', width: 140, value: (page) => page.changedBy },
    { id: 'changed', header: 'Changed', width: 110, align: 'right', isDescendingFirst: true, value: (page) => page.changedAtMs, cell: (page) => formatWhen(page.changedAtMs, Date.now()), title: (page) => formatDateTime(page.changedAtMs) },
  ];
}
