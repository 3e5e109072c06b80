/** One table that is looked at: read, read again after each correction, or refused with the reason. */
import { useState, type ReactElement } from 'react';
import type { Sniff } from '../../shared/domain/datasets.ts';
import type { DatasetId, FileHandle } from '../../shared/domain/ids.ts';
import { chooseAndImport } from '../app/commands.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { importCrumbs, ImportForm, type LookSettings } from './import-form.tsx';

export interface ImportOneProps {
  readonly file: FileHandle;
  readonly title: string;
  readonly onDone: (datasetId: DatasetId | null) => void;
  readonly onCancel: () => void;
}

export function ImportOne({ file, title, onDone, onCancel }: ImportOneProps): ReactElement {
  const [look, setLook] = useState<LookSettings>({});
  const sniff = useCall('imports.sniff', { file, ...look });
  const [shown, setShown] = useState<Sniff | null>(null);
  const found = sniff.state.status === 'ready' ? sniff.state.value : null;
  if (found !== null && found !== shown) setShown(found);
  // While the file is read again, and where it cannot be read so, what was found before stays on screen to be corrected.
  if (shown !== null) return <ImportForm file={file} title={title} sniff={shown} look={look} onLook={setLook} state={sniff.state} onDone={onDone} onCancel={onCancel} />;
  const another = <Button kind="ghost" icon="folder" onPress={() => { void attempt(() => chooseAndImport()); }}>Other file</Button>;
  return (
    <PageFrame crumbs={importCrumbs} title={`Import ${title}`} actions={another}>
      {sniff.state.status === 'failed'
        ? <ErrorPanel title={`${title} cannot be imported`} error={sniff.state.error} onRetry={sniff.reload} />
        : <Loading label={`Reading ${title}`} rows={10} />}
    </PageFrame>
  );
}
