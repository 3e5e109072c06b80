/** Asks why before a value is set back: the reason stays in the history with it. */
import { useState, type ReactElement } from 'react';
import type { ChangedValue } from '../../shared/domain/changes.ts';
import { fieldWord } from '../../shared/domain/written-fields.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { restoreValue } from '../state/history.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorPanel } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { showToast } from '../ui/toast.tsx';
import { Value, type Side } from './changed-value.tsx';
import styles from './history-inspector.module.css';

export interface RestoreDialogProps {
  readonly change: ChangedValue;
  readonly side: Side;
  /** The sitting of writing, or the one event. */
  readonly span: { readonly hash: string; readonly from: string | null };
  readonly onClose: () => void;
}

export function RestoreDialog({ change, side, span, onClose }: RestoreDialogProps): ReactElement {
  const [why, setWhy] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const place = `${fieldWord(change.type, change.field)} of ${change.label}`;
  const restore = async () => {
    if (isBusy) return;
    setBusy(true);
    try {
      await restoreValue({ ...span, entity: change.entity, field: change.field, side: side.side, index: side.index, why: why.trim() });
      showToast(`Set back the ${place}`);
      onClose();
    } catch (thrown) {
      setFailure(toFailure(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Set back the ${place}`} isOpen onClose={onClose} width={520}
      actions={<><Button onPress={onClose}>Cancel</Button><Button kind="primary" isPending={isBusy} onPress={() => void restore()}>{change.kind === 'set' ? 'Set back' : 'Restore'}</Button></>}
    >
      {change.kind === 'set' ? null : <div className={styles['preview']}><Value field={change.field} value={side.value} /></div>}
      <TextField label="Why (optional)" value={why} onChange={setWhy} autoFocus onEnter={() => void restore()} hint="The history keeps both: what it is now, and this change with its reason." />
      {failure ? <ErrorPanel isInline error={failure} /> : null}
    </Dialog>
  );
}
