/** What people say about a run: tags and a note. */
import { useMemo, type ReactElement } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { tagsInUse, useDatasets } from '../state/datasets.ts';
import { valueOr } from '../state/loadable.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { noteRun, tagRun, untagRun } from '../state/runs.ts';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { TagEditor } from '../ui/tag-editor.tsx';
import { attempt } from '../ui/toast.tsx';
import { VersionsChip } from './versions-chip.tsx';
import styles from './run-page.module.css';

export function RunNotes({ run }: { readonly run: Run }): ReactElement {
  const datasets = useDatasets();
  const isReadOnly = useReadOnlyReason() !== null;
  const suggestions = useMemo(() => tagsInUse(valueOr(datasets, [])), [datasets]);
  return (
    <section className={styles['sideSection']} aria-label="Notes">
      <h3>Note <VersionsChip entity={run.id} field="note" /></h3>
      <InlineEdit label="Note" isMultiline value={run.note} placeholder="What was the idea, what did you see?" isReadOnly={isReadOnly} maxLength={20_000} className={styles['note']} onCommit={(note, basedOn) => void attempt(() => noteRun(run.id, note, basedOn))} />
      <TagEditor tags={run.tags} suggestions={suggestions} isReadOnly={isReadOnly} onAdd={(tag) => void attempt(() => tagRun(run.id, tag))} onRemove={(tag) => void attempt(() => untagRun(run.id, tag), { done: 'Removed the tag', undo: () => tagRun(run.id, tag) })} />
    </section>
  );
}
