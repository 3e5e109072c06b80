/** The versions of one field side by side, with who wrote them and when: pick one, or write one made of them. */
import { useState, type ReactElement } from 'react';
import type { Conflict, ValueVersion } from '../../shared/domain/changes.ts';
import { Stage, stages } from '../../shared/domain/models.ts';
import { fieldWord, writtenField } from '../../shared/domain/written-fields.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { chooseVersion, writeMerged } from '../state/conflicts.ts';
import { valueOr } from '../state/loadable.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatDateTime } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import { ErrorPanel } from '../ui/states.tsx';
import { TextDifference } from '../ui/text-difference.tsx';
import { TextField } from '../ui/text-field.tsx';
import { showToast } from '../ui/toast.tsx';
import { Value } from './changed-value.tsx';
import { isLong } from './value-words.ts';
import styles from './versions-dialog.module.css';

export function VersionsDialog({ conflict, onClose }: { readonly conflict: Conflict; readonly onClose: () => void }): ReactElement {
  const { type, field, label, versions } = conflict;
  const word = fieldWord(type, field);
  const readOnly = useReadOnlyReason();
  const [why, setWhy] = useState('');
  const [merged, setMerged] = useState(() => String(versions[0]?.value ?? ''));
  const [failure, setFailure] = useState<Failure | null>(null);
  const writers = valueOr(useCall('history.people', {}).state, []);
  const isText = versions.every(({ value }) => typeof value === 'string') && field !== 'deleted';
  const isStage = type === 'model' && field === 'stage';
  const act = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      showToast(done);
      onClose();
    } catch (thrown) {
      setFailure(toFailure(thrown));
    }
  };
  const choose = ({ hash }: ValueVersion) => void act(() => chooseVersion(conflict, { hash, why: why.trim() }), `Chose the ${word} of ${label}`);
  const write = () => void act(() => writeMerged(conflict, { value: merged, why: why.trim() }), `Wrote the ${word} of ${label}`);
  const problem = writtenField(type, field)?.schema.safeParse(merged).error?.issues[0]?.message ?? null;
  return (
    <Dialog title={`${versions.length} versions of the ${word} of ${label}`} isOpen onClose={onClose} width={Math.min(1040, 320 * Math.max(2, versions.length))}>
      <p className="muted">They were written without knowing of each other. All are kept until somebody chooses; the first, the latest, is the one shown.</p>
      <ul className={styles['versions']}>
        {versions.map((version, index) => (
          <li key={version.hash} className={styles['version']} aria-label={`Version ${index + 1}, by ${version.person}`}>
            <div className={styles['who']}><b>{version.person}</b><span className="muted small">{formatDateTime(version.atMs)}, {deviceWords(writers.find((one) => one.device === version.device), version.device)}</span></div>
            <div className={styles['value']}><Version versions={versions} index={index} field={field} /></div>
            <Button icon="check" disabledReason={readOnly} onPress={() => choose(version)}>Keep this one</Button>
          </li>
        ))}
      </ul>
      {isText && !isStage ? (
        <section className={styles['merge']} aria-label="Write one made of them">
          <TextField label="Or write one made of them" value={merged} onChange={setMerged} lines={merged.split('\n').length > 1 || isLong(merged) ? Math.min(12, Math.max(4, merged.split('\n').length + 1)) : 2} isDisabled={readOnly !== null} error={problem} onEnter={write} />
          {versions[0]?.value !== merged && typeof versions[0]?.value === 'string' ? <div className={styles['value']}><TextDifference before={versions[0].value} after={merged} /></div> : null}
        </section>
      ) : null}
      {isStage ? <Select label="Or another stage" value={Stage.safeParse(merged).data ?? null} options={stages.map((stage) => ({ value: stage, label: stage }))} onChange={setMerged} isDisabled={readOnly !== null} /> : null}
      <div className={styles['end']}>
        <TextField label="Why (optional)" value={why} onChange={setWhy} className={styles['why'] ?? ''} isDisabled={readOnly !== null} />
        {isText ? <Button kind="primary" disabledReason={readOnly ?? problem} onPress={write}>Save this {word}</Button> : null}
      </div>
      {failure ? <ErrorPanel isInline error={failure} /> : null}
    </Dialog>
  );
}

/** A text with the words that the other version has not; anything else as it is. */
function Version({ versions, index, field }: { readonly versions: readonly ValueVersion[]; readonly index: number; readonly field: string }): ReactElement {
  const value = versions[index]?.value;
  const other = versions[index === 0 ? 1 : 0]?.value;
  if (typeof value !== 'string' || typeof other !== 'string' || value === '') return <Value field={field} value={value} />;
  return index === 0 ? <TextDifference before={value} after={other} only="before" className={styles['quiet']} /> : <TextDifference before={other} after={value} only="after" className={styles['quiet']} />;
}

function deviceWords(writer: { readonly deviceName: string | null; readonly isThis: boolean } | undefined, device: string): string {
  if (writer?.isThis) return 'on this computer';
  return writer?.deviceName ? `on ${writer.deviceName}` : `with the key ${device.slice(0, 8)}`;
}
