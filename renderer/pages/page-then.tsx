/** A page as it was just after an entry of the history, to look at and to go back to. */
import { useState, type ReactElement } from 'react';
import type { PageId } from '../../shared/domain/ids.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { restorePageTo } from '../state/history.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatDateTime, formatPlural } from '../ui/format.ts';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { showToast } from '../ui/toast.tsx';
import { MarkdownView } from './blocks/markdown-view.tsx';
import { PageEmbed } from './page-embed.tsx';
import styles from './page-then.module.css';

export interface PageThenProps {
  readonly id: PageId;
  readonly hash: string;
  readonly atMs: number;
  readonly onClose: () => void;
}

export function PageThen({ id, hash, atMs, onClose }: PageThenProps): ReactElement {
  const { state, reload } = useCall('pages.at', { id, hash });
  const readOnly = useReadOnlyReason();
  const [why, setWhy] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const restore = async () => {
    try {
      await restorePageTo(id, hash, why.trim());
      showToast('Set the page back', { action: { label: 'Open the page', run: () => navigate(routes.page(id)) } });
      onClose();
    } catch (thrown) {
      setFailure(toFailure(thrown));
    }
  };
  const title = `As it was on ${formatDateTime(atMs)}`;
  return (
    <Dialog
      title={title} isOpen onClose={onClose} width={840}
      actions={state.status === 'ready' ? (
        <>
          <TextField label="Why" isLabelHidden placeholder="Why (optional)" value={why} onChange={setWhy} onEnter={() => void restore()} className={styles['why'] ?? ''} isDisabled={readOnly !== null} />
          <Button onPress={onClose}>Close</Button>
          <Button kind="primary" icon="undo" disabledReason={readOnly} onPress={() => void restore()}>Restore the page</Button>
        </>
      ) : undefined}
    >
      {failure ? <ErrorPanel isInline error={failure} /> : null}
      {state.status === 'loading' ? <Loading label="Reading the page as it was" />
        : state.status === 'failed' ? <ErrorPanel error={state.error} onRetry={reload} />
          : (
            <article className={styles['page']} aria-label={`${state.value.title}, ${title.toLowerCase()}`}>
              <h3 className={styles['title']}>{state.value.title}</h3>
              <p className="muted small">{formatPlural(state.value.blocks.length, 'block')}; runs, datasets and charts are shown as they are today</p>
              <ol className={styles['blocks']} aria-label="Blocks">
                {state.value.blocks.map((block) => (
                  <li key={block.id}>{block.content.kind !== 'markdown' ? <PageEmbed embed={block.content} /> : block.content.text.trim() === '' ? <p className="muted">No text</p> : <MarkdownView text={block.content.text} />}</li>
                ))}
              </ol>
            </article>
          )}
    </Dialog>
  );
}
