/** Every row of a version, filtered and sorted in place; what is looked at is kept in the address. */
import type { ReactElement } from 'react';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { call } from '../api.ts';
import { parseView, writeView } from '../state/row-view.ts';
import { setQuery, useRoute } from '../state/route.ts';
import { RowsView } from './rows-view.tsx';

export function DatasetRows({ version }: { readonly version: DatasetVersion }): ReactElement {
  const { query } = useRoute();
  return (
    <RowsView
      label={`Rows of version ${version.number}`} table={version.id} columns={version.columns} rowCount={version.rowCount} empty="This version has no rows."
      view={parseView(query['view'], version.columns)} onView={(view) => setQuery('view', writeView(view))}
      load={(view, offset, limit) => call('datasets.rows', { versionId: version.id, view, offset, limit })}
    />
  );
}
