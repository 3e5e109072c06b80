/** "2 versions" beside a field that people wrote without knowing of each other; opens them side by side. */
import { useState, type ReactElement } from 'react';
import { fieldWord } from '../../shared/domain/written-fields.ts';
import { useConflict } from '../state/conflicts.ts';
import { Button } from '../ui/button.tsx';
import { formatPlural } from '../ui/format.ts';
import { VersionsDialog } from './versions-dialog.tsx';
import styles from './versions-dialog.module.css';

/** Nothing while the field has one value. */
export function VersionsChip({ entity, field }: { readonly entity: string; readonly field: string }): ReactElement | null {
  const conflict = useConflict(entity, field);
  const [isOpen, setOpen] = useState(false);
  if (!conflict) return null;
  const count = formatPlural(conflict.versions.length, 'version');
  return (
    <>
      <Button isSmall icon="columns" className={styles['chip'] ?? ''} label={`${count} of the ${fieldWord(conflict.type, field)}: look at them`} onPress={() => setOpen(true)}>{count}</Button>
      {isOpen ? <VersionsDialog conflict={conflict} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
