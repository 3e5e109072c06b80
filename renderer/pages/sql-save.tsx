/** Saves the rows of a query as a dataset, or as the next version of one. */
import { useState, type ReactElement } from 'react';
import type { QueryResult } from '../../shared/domain/query.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { underPolicies } from '../app/under-policies.tsx';
import { useDatasets } from '../state/datasets.ts';
import { valueOr } from '../state/loadable.ts';
import { saveResult } from '../state/sql.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import styles from './sql-page.module.css';

export function SaveResultDialog({ result, onClose }: { readonly result: QueryResult; readonly onClose: () => void }): ReactElement {
  const datasets = valueOr(useDatasets(), []);
  const [target, setTarget] = useState<DatasetId | 'new'>('new');
  const [name, setName] = useState('');
  const isReady = target !== 'new' || name.trim() !== '';
  const save = async () => {
    const chosen = datasets.find(({ id }) => id === target);
    if (!isReady) return;
    const datasetId = chosen?.id ?? null;
    await attempt(async () => {
      const started = await underPolicies({ action: 'import', datasetId }, (override) => saveResult(result.resultId, chosen?.name ?? name.trim(), datasetId, override));
      if (started !== null) onClose();
    });
  };
  return (
    <Dialog title="Save as dataset" isOpen onClose={onClose} actions={<><Button onPress={onClose}>Cancel</Button><Button kind="primary" disabledReason={isReady ? null : 'Give it a name.'} onPress={() => { void save(); }}>Save</Button></>}>
      <div className={styles['fields']}>
        <Select<DatasetId | 'new'> label="As" value={target} onChange={setTarget} options={[{ value: 'new', label: 'A new dataset' }, ...datasets.map(({ id, name: known, versions }) => ({ value: id, label: `Version ${versions.length + 1} of ${known}` }))]} />
        {target === 'new' ? <TextField label="Name of the dataset" value={name} onChange={(value) => setName(value.slice(0, 120))} autoFocus onEnter={() => { void save(); }} /> : null}
      </div>
      {result.isAtLimit ? <p className="muted small">The query is run to its end; the limit was only of what is shown.</p> : null}
    </Dialog>
  );
}
