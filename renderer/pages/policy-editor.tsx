/** One policy, written in the inspector: whom it is about, what it forbids, and what it would do today. */
import { useState, type ReactElement } from 'react';
import { columnRoles } from '../../shared/domain/column-notes.ts';
import { policyActions, policyEffects, policySentence, type Policy, type PolicyDraft } from '../../shared/domain/policies.ts';
import { changePolicy, createPolicy } from '../state/policies.ts';
import { useCall } from '../state/use-call.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Inspector, InspectorSection } from '../ui/inspector.tsx';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { Checkbox, Segmented, Switch } from '../ui/toggles.tsx';
import { actionLabels, conditionKinds, conditionLabels, conditionOf, policyChange, policyProblem, textOfCondition, todaySentence, type ConditionKind, type ConditionText } from './policy-draft.ts';
import { VersionsChip } from './versions-chip.tsx';
import styles from './policies-page.module.css';

export interface PolicyEditorProps {
  /** Null for one that is new. */
  readonly policy: Policy | null;
  readonly start: PolicyDraft;
  readonly readOnly: string | null;
  readonly onClose: () => void;
  readonly onMade: (id: string) => void;
  readonly onRemove: (() => void) | null;
}

export function PolicyEditor({ policy, start, readOnly, onClose, onMade, onRemove }: PolicyEditorProps): ReactElement {
  // What the writer began with: a change that comes from elsewhere meanwhile must not be written over.
  const [base, setBase] = useState(start);
  const [draft, setDraft] = useState(start);
  const [conditions, setConditions] = useState<readonly ConditionText[]>(() => start.conditions.map(textOfCondition));
  const set = (part: Partial<PolicyDraft>) => setDraft((before) => ({ ...before, ...part }));
  const read = conditions.flatMap((condition) => conditionOf(condition) ?? []);
  const whole = { ...draft, name: draft.name.trim(), message: draft.message.trim(), conditions: read };
  const problem = policyProblem(whole, conditions);
  const isReadable = read.length === conditions.length && draft.actions.length > 0;
  const tried = useCall('policies.try', isReadable ? { conditions: read } : null, ['dataset', 'version', 'column']);
  const keep = async () => {
    if (!policy) return attempt(async () => onMade((await createPolicy(whole)).id), { done: `Made ${whole.name}` });
    const change = policyChange(base, whole);
    const text = Object.keys(change).length === 1 ? (['name', 'message'] as const).find((field) => field in change) : undefined;
    const takeBack = async () => {
      await changePolicy(policy.id, policyChange(whole, base));
      setBase(base);
      setDraft(base);
      setConditions(base.conditions.map(textOfCondition));
    };
    if (await attempt(() => changePolicy(policy.id, change, text && base[text]), { done: `Kept ${whole.name}`, undo: takeBack })) setBase(whole);
  };
  return (
    <Inspector title={policy ? policy.name : 'New policy'} onClose={onClose}>
      <InspectorSection>
        <div className={styles['form']}>
          <TextField label="Name" value={draft.name} onChange={(name) => set({ name })} isDisabled={readOnly !== null} autoFocus={policy === null} />
          {policy ? <div className={styles['conflicts']}>{['name', 'message', 'effect', 'actions', 'conditions', 'isActive'].map((field) => <VersionsChip key={field} entity={policy.id} field={field} />)}</div> : null}
          <fieldset className={styles['fields']}>
            <legend>A dataset that</legend>
            {conditions.map((condition, index) => (
              <ConditionRow
                key={index} condition={condition} isOnly={conditions.length === 1} isDisabled={readOnly !== null}
                onChange={(next) => setConditions((before) => before.map((one, place) => (place === index ? next : one)))} onRemove={() => setConditions((before) => before.filter((_, place) => place !== index))}
              />
            ))}
            <Button isSmall icon="plus" kind="ghost" isDisabled={readOnly !== null || conditions.length >= 10} onPress={() => setConditions((before) => [...before, { kind: 'tag', text: '' }])}>And</Button>
          </fieldset>
          <fieldset className={styles['fields']}>
            <legend>stands against</legend>
            {policyActions.map((action) => (
              <Checkbox key={action} isSelected={draft.actions.includes(action)} isDisabled={readOnly !== null} onChange={(on) => set({ actions: policyActions.filter((each) => (each === action ? on : draft.actions.includes(each))) })}>{actionLabels[action]}</Checkbox>
            ))}
          </fieldset>
          <Segmented label="Effect" value={draft.effect} onChange={(effect) => set({ effect })} options={policyEffects.map((value) => ({ value, label: value === 'block' ? 'Blocks' : 'Warns' }))} />
          <TextField label="What to say" value={draft.message} onChange={(message) => set({ message })} lines={2} isDisabled={readOnly !== null} hint="Where it blocks or warns; its sentence where this is empty." />
          <Switch isSelected={draft.isActive} onChange={(isActive) => set({ isActive })} isDisabled={readOnly !== null}>Active</Switch>
        </div>
      </InspectorSection>
      <InspectorSection title="Reads as">
        <p>{isReadable ? policySentence(whole) : <span className="muted">{problem}</span>}</p>
        <p className="muted" role="status">{isReadable && tried.state.status === 'ready' ? todaySentence(whole, tried.state.value.datasets) : isReadable && tried.state.status === 'failed' ? tried.state.error.what : ''}</p>
      </InspectorSection>
      <InspectorSection>
        <div className={styles['actions']}>
          <Button kind="primary" disabledReason={readOnly ?? problem} onPress={() => { void keep(); }}>{policy ? 'Keep' : 'Make the policy'}</Button>
          {onRemove ? <Button icon="trash" disabledReason={readOnly} onPress={onRemove}>Remove</Button> : null}
        </div>
      </InspectorSection>
    </Inspector>
  );
}

interface ConditionRowProps {
  readonly condition: ConditionText;
  readonly isOnly: boolean;
  readonly isDisabled: boolean;
  readonly onChange: (condition: ConditionText) => void;
  readonly onRemove: () => void;
}

function ConditionRow({ condition: { kind, text }, isOnly, isDisabled, onChange, onRemove }: ConditionRowProps): ReactElement {
  const choose = (next: ConditionKind) => onChange({ kind: next, text: next === 'quality' ? '80' : next.endsWith('role') ? 'id' : next.endsWith('tag') && kind.endsWith('tag') ? text : '' });
  return (
    <div className={styles['condition']}>
      <Select<ConditionKind> label="Condition" isLabelHidden isSmall value={kind} onChange={choose} isDisabled={isDisabled} options={conditionKinds.map((value) => ({ value, label: conditionLabels[value] }))} />
      {kind.endsWith('role')
        ? <Select label="Role" isLabelHidden isSmall value={text} onChange={(role) => onChange({ kind, text: role })} isDisabled={isDisabled} options={columnRoles.map((value) => ({ value, label: value }))} />
        : <TextField label={kind === 'quality' ? 'Quality' : 'Tag'} isLabelHidden value={text} onChange={(next) => onChange({ kind, text: next })} isDisabled={isDisabled} placeholder={kind === 'quality' ? '80' : 'sensitivity: personal'} />}
      {isOnly ? null : <IconButton icon="close" isSmall label="Take the condition away" isDisabled={isDisabled} onPress={onRemove} />}
    </div>
  );
}
