/** The rows of a query: a table, a chart, and where they can go from here. */
import { useState, type ReactElement } from 'react';
import { storedView, type QueryResult, type RowView } from '../../shared/domain/query.ts';
import { call } from '../api.ts';
import { appendBlock, createPage, usePages } from '../state/pages.ts';
import { valueOr } from '../state/loadable.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatDuration, formatPlural } from '../ui/format.ts';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { attempt, showToast } from '../ui/toast.tsx';
import type { PageId } from '../../shared/domain/ids.ts';
import { ExportDialog } from './export-dialog.tsx';
import { RowsView } from './rows-view.tsx';
import { SaveResultDialog } from './sql-save.tsx';
import { SqlChart } from './sql-chart.tsx';
import { queryMarkdown } from './sql-markdown.ts';
import styles from './sql-page.module.css';

export function SqlResult({ result }: { readonly result: QueryResult }): ReactElement {
  const { resultId, columns, rowCount } = result;
  const readOnly = useReadOnlyReason();
  const [tab, setTab] = useState<'rows' | 'chart'>('rows');
  const [view, setView] = useState<RowView>(storedView);
  const [isSaving, setSaving] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const pages = valueOr(usePages(), []);
  const noRows = rowCount === 0 ? 'The query gave no rows.' : null;
  const put = async (id: PageId | null) => {
    const rows = rowCount === 0 ? [] : (await call('queries.rows', { resultId, view, offset: 0, limit: 20 })).rows;
    const page = id ?? (await createPage('Query')).id;
    await appendBlock(page, { kind: 'markdown', text: queryMarkdown(result, rows) });
    showToast('Put into the notebook', { action: { label: 'Open', run: () => navigate(routes.page(page)) } });
  };
  const pageEntries: readonly MenuEntry[] = [
    ...pages.map((page): MenuEntry => ({ id: page.id, label: page.title, icon: 'page', run: () => { void attempt(() => put(page.id)); } })),
    ...(pages.length > 0 ? ['separator' as const] : []),
    { id: 'new', label: 'A new page', icon: 'plus', run: () => { void attempt(() => put(null)); } },
  ];
  return (
    <div className={styles['result']}>
      <Tabs<'rows' | 'chart'>
        label="Result" value={tab} onChange={setTab}
        end={(
          <>
            <span className={styles['facts']} role="status">{describe(result)}</span>
            <Menu label="Put into notebook" entries={pageEntries}><Button isSmall icon="page" trailingIcon="chevron-down" disabledReason={readOnly}>Put into notebook</Button></Menu>
            <Button isSmall icon="download" disabledReason={noRows} onPress={() => setExporting(true)}>Export</Button>
            <Button isSmall icon="database" disabledReason={readOnly ?? noRows} onPress={() => setSaving(true)}>Save as dataset</Button>
          </>
        )}
        tabs={[
          { value: 'rows', label: 'Rows', content: <RowsView label="Rows of the query" table={resultId} columns={columns} rowCount={rowCount} empty="The query gave no rows." view={view} onView={setView} load={(wanted, offset, limit) => call('queries.rows', { resultId, view: wanted, offset, limit })} /> },
          { value: 'chart', label: 'Chart', content: <SqlChart result={result} view={view} /> },
        ]}
      />
      {isSaving ? <SaveResultDialog result={result} onClose={() => setSaving(false)} /> : null}
      {isExporting ? <ExportDialog name="rows of the query" rows={{ kind: 'result', resultId }} view={view} versionIds={result.inputs.map(({ versionId }) => versionId)} onClose={() => setExporting(false)} /> : null}
    </div>
  );
}

function describe({ rowCount, isAtLimit, elapsedMs, inputs, leftOut }: QueryResult): string {
  return [
    isAtLimit ? `the first ${formatCount(rowCount)} rows` : formatPlural(rowCount, 'row'), formatDuration(elapsedMs), ...inputs.map(({ name, versionNumber }) => (name.endsWith(`@${versionNumber}`) ? name : `${name} v${versionNumber}`)),
    ...(leftOut.length > 0 ? [`without ${leftOut.join(', ')}`] : []),
  ].join(' \u00b7 ');
}
