/** What a column means, edited in the inspector: its role, unit, description and the order of its categories. */
import type { ReactElement } from 'react';
import { columnRoles, type ColumnNote, type ColumnRole } from '../../shared/domain/column-notes.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { RoleSuggestion } from '../../shared/domain/classification.ts';
import { inReadingOrder, scaleOf } from '../../shared/domain/scales.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { describeColumn } from '../state/classification.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { InspectorSection } from '../ui/inspector.tsx';
import { Select } from '../ui/select.tsx';
import { attempt } from '../ui/toast.tsx';
import { roleWords } from './column-words.ts';
import { VersionsChip } from './versions-chip.tsx';
import styles from './column-meaning.module.css';

export interface ColumnMeaningProps {
  readonly datasetId: DatasetId;
  readonly profile: ColumnProfile;
  /** Null where nobody has said anything. */
  readonly note: ColumnNote | null;
  readonly suggestion: RoleSuggestion | null;
  readonly isReadOnly: boolean;
}

export function ColumnMeaning({ datasetId, profile, note, suggestion, isReadOnly }: ColumnMeaningProps): ReactElement {
  const change = (...[part, basedOn]: [Parameters<typeof describeColumn>[2], string?]) => { void attempt(() => describeColumn(datasetId, profile.name, part, basedOn)); };
  const role = note?.role ?? null;
  const chip = (field: string) => (note ? <VersionsChip entity={note.id} field={field} /> : null);
  return (
    <InspectorSection title="Meaning">
      <dl className={styles['parts']}>
        <div>
          <dt>Role</dt>
          <dd>
            <Select<ColumnRole | 'none'>
              label={`Role of ${profile.name}`} isLabelHidden isQuiet isSmall isDisabled={isReadOnly} value={role ?? 'none'} onChange={(next) => change({ role: next === 'none' ? null : next })}
              options={[{ value: 'none', label: 'None', description: 'Nothing is said of it' }, ...columnRoles.map((value) => ({ value, label: roleWords[value].word, description: roleWords[value].meaning }))]}
            />
            {chip('role')}
          </dd>
        </div>
        {role === null && suggestion ? (
          <div className={styles['suggestion']}>
            <span className="small">Perhaps {roleWords[suggestion.role].word.toLowerCase()}: {suggestion.reason}</span>
            <Button isSmall icon="check" isDisabled={isReadOnly} onPress={() => change({ role: suggestion.role })}>Confirm</Button>
          </div>
        ) : null}
        <div><dt>Unit</dt><dd><InlineEdit label="Unit" value={note?.unit ?? ''} placeholder="Add a unit" maxLength={40} isReadOnly={isReadOnly} onCommit={(unit, basedOn) => change({ unit }, basedOn)} />{chip('unit')}</dd></div>
        <div><dt>Description</dt><dd><InlineEdit label="Description of the column" value={note?.description ?? ''} placeholder="Say what it holds" isMultiline maxLength={2000} isReadOnly={isReadOnly} onCommit={(description, basedOn) => change({ description }, basedOn)} />{chip('description')}</dd></div>
        <CategoryOrder profile={profile} order={note?.categoryOrder ?? null} isReadOnly={isReadOnly} onChange={(categoryOrder) => change({ categoryOrder })} conflict={chip('categoryOrder')} />
      </dl>
    </InspectorSection>
  );
}

interface OrderProps {
  readonly profile: ColumnProfile;
  readonly order: readonly string[] | null;
  readonly isReadOnly: boolean;
  readonly onChange: (order: string[] | null) => void;
  readonly conflict: ReactElement | null;
}

/** Categories as a list that is put in order by its arrows. More than the profile lists are not ordered by hand. */
function CategoryOrder({ profile, order, isReadOnly, onChange, conflict }: OrderProps): ReactElement | null {
  const values = (profile.topValues ?? []).map(({ value }) => value).filter((value) => value !== '');
  if (profile.type !== 'category' || values.length < 2 || values.length < profile.distinctCount) return null;
  const scale = scaleOf(values);
  if (order === null) {
    return <div><dt>Order</dt><dd><Button isSmall icon="list" isDisabled={isReadOnly} onPress={() => onChange(scale?.order ?? inReadingOrder(values))}>Put the categories in order</Button>{scale ? <p className="small">They are {scale.name}: {scale.order.join(' < ')}</p> : null}{conflict}</dd></div>;
  }
  // A version may have categories that came after the order was made: they stand at its end until somebody places them.
  const shown = [...order, ...values.filter((value) => !order.includes(value))];
  const move = (index: number, by: -1 | 1) => {
    const next = [...shown];
    const [value] = next.splice(index, 1);
    if (value === undefined) return;
    next.splice(index + by, 0, value);
    onChange(next);
  };
  return (
    <div className={styles['order']}>
      <dt>Order, lowest first</dt>
      <dd>
        <ol>
          {shown.map((value, index) => (
            <li key={value}>
              <span className="ellipsis">{value}</span>
              <IconButton icon="chevron-up" isSmall label={`Move ${value} down the order`} isDisabled={isReadOnly || index === 0} onPress={() => move(index, -1)} />
              <IconButton icon="chevron-down" isSmall label={`Move ${value} up the order`} isDisabled={isReadOnly || index === shown.length - 1} onPress={() => move(index, 1)} />
            </li>
          ))}
        </ol>
        <Button isSmall kind="ghost" isDisabled={isReadOnly} onPress={() => onChange(null)}>No order</Button>{conflict}
      </dd>
    </div>
  );
}
