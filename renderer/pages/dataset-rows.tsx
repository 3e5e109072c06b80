/** Every row of a version, filtered and sorted in place; what is looked at is kept in the address. */
import { useState, type ReactElement } from 'react';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { isStoredView } from '../../shared/domain/query.ts';
import { call } from '../api.ts';
import { parseView, writeView } from '../state/row-view.ts';
import { setQuery, useRoute } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { RowsView } from './rows-view.tsx';

/** Twice what a cell shows, for screens with two pixels for one. */
const thumbnailPixels = 48;

export function DatasetRows({ name, version }: { readonly name: string; readonly version: DatasetVersion }): ReactElement {
  const { query } = useRoute();
  const [isExporting, setExporting] = useState(false);
  const view = parseView(query['view'], version.columns);
  return (
    <>
      <RowsView
        label={`Rows of version ${version.number}`} table={version.id} columns={version.columns} rowCount={version.rowCount} empty="This version has no rows."
        view={view} onView={(view) => setQuery('view', writeView(view))}
        load={(wanted, offset, limit) => call('datasets.rows', { versionId: version.id, view: wanted, offset, limit })}
        images={{ load: (column, rows) => call('images.show', { versionId: version.id, column, rows: [...rows], side: thumbnailPixels }), onOpen: (column, row) => setQuery('image', `${row} ${column}`) }}
        actions={isStoredView(view) ? null : <Button isSmall kind="ghost" icon="download" onPress={() => setExporting(true)}>Export these rows</Button>}
      />
      {isExporting ? <ExportDialog name={`rows of ${name} v${version.number}`} rows={{ kind: 'version', versionId: version.id }} view={view} versionIds={[version.id]} onClose={() => setExporting(false)} /> : null}
    </>
  );
}
