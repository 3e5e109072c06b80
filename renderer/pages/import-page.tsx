/** Importing: what was chosen or dropped is looked at first, and nothing is stored before it has been seen. */
import { useCallback, useEffect, type ReactElement } from 'react';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { chooseAndImport } from '../app/commands.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { setImportTarget } from '../state/import.ts';
import { navigate, routes } from '../state/route.ts';
import { useUi } from '../state/ui.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { importCrumbs } from './import-form.tsx';
import { ImportMany } from './import-many.tsx';
import { ImportOne } from './import-one.tsx';

export function ImportPage(): ReactElement {
  const files = useUi((state) => state.filesToImport);
  const [file] = files;
  useEffect(() => () => setImportTarget(null), []);
  const leave = useCallback((datasetId: DatasetId | null) => {
    useUi.setState({ filesToImport: [] });
    navigate(datasetId ? routes.dataset(datasetId) : routes.datasets());
  }, []);
  const cancel = useCallback(() => leave(null), [leave]);
  if (!file) {
    return (
      <PageFrame crumbs={importCrumbs} title="Import data">
        <EmptyState icon="upload" actions={<><Button kind="primary" icon="upload" onPress={() => { void attempt(() => chooseAndImport()); }}>Choose files</Button><Button icon="folder" onPress={() => { void attempt(() => chooseAndImport('folder')); }}>Choose a folder</Button></>}>
          Drop files or folders here: CSV, TSV, JSON, Parquet, Arrow, Excel workbooks, SQLite databases, images. Nothing is stored before you have seen it.
        </EmptyState>
      </PageFrame>
    );
  }
  if (files.length === 1 && !file.isFolder) return <ImportOne key={file.handle} file={file.handle} title={file.name} onDone={leave} onCancel={cancel} />;
  return <ImportMany key={files.map(({ handle }) => handle).join(' ')} files={files} onDone={leave} onCancel={cancel} />;
}
