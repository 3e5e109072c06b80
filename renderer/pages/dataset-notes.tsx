/** The notes of a dataset: Markdown that everybody writes at the same time, saved as it is typed. */
import { useEffect, useState, type ReactElement } from 'react';
import type { Dataset } from '../../shared/domain/datasets.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { PageSaved } from './page-saved.tsx';
import { PageText, preloadEditor } from './page-text.tsx';
import styles from './dataset-notes.module.css';

export function DatasetNotes({ dataset: { id, name }, isReadOnly }: { readonly dataset: Dataset; readonly isReadOnly: boolean }): ReactElement {
  const notes = useCall('datasets.notes', { id }, ['dataset']);
  const [isEditing, setEditing] = useState(false);
  useEffect(preloadEditor, []);
  if (notes.state.status === 'loading') return <Loading label="Reading the notes" />;
  if (notes.state.status === 'failed') return <ErrorPanel title="The notes could not be read" error={notes.state.error} onRetry={notes.reload} />;
  const { text } = notes.state.value;
  return (
    <div className={styles['page']}>
      <div className={styles['bar']}>
        {isReadOnly ? null : <Button isSmall icon="edit" onPress={() => setEditing(true)}>Write</Button>}
        <PageSaved changedAtMs={null} />
      </div>
      <div className={styles['text']}>
        <PageText owner={{ kind: 'notes', id }} text={text} label={`Notes of ${name}`} isEditing={isEditing} isReadOnly={isReadOnly} onEdit={() => setEditing(true)} onLeave={() => setEditing(false)} />
      </div>
    </div>
  );
}
