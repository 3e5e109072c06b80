/** The stage of a model as icon and word, and the change of it with a reason that stays in the history. */
import { useState, type ReactElement } from 'react';
import { stages, type Model, type Stage } from '../../shared/domain/models.ts';
import { underPolicies } from '../app/under-policies.tsx';
import { setModelStage } from '../state/models.ts';
import { Button } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { StatusLabel, type Tone } from '../ui/status-label.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt, showToast } from '../ui/toast.tsx';
import type { IconName } from '../ui/icon.tsx';
import styles from './model-page.module.css';

const looks: Readonly<Record<Stage, { readonly tone: Tone; readonly word: string; readonly icon: IconName; readonly meaning: string }>> = {
  candidate: { tone: 'plain', word: 'Candidate', icon: 'flag', meaning: 'being looked at' },
  production: { tone: 'ok', word: 'Production', icon: 'check', meaning: 'in use' },
  retired: { tone: 'muted', word: 'Retired', icon: 'archive', meaning: 'no longer in use' },
};

export function StageLabel({ stage }: { readonly stage: Stage }): ReactElement {
  const { tone, word, icon } = looks[stage];
  return <StatusLabel tone={tone} icon={icon}>{word}</StatusLabel>;
}

/** A button with the stages; the chosen one asks for its reason in place. */
export function StageChange({ model, readOnly }: { readonly model: Model; readonly readOnly: string | null }): ReactElement {
  const [next, setNext] = useState<Stage | null>(null);
  const [why, setWhy] = useState('');
  const commit = async () => {
    if (next === null) return;
    const before = model.stage;
    let isSet = false;
    await attempt(async () => {
      const change = (override: string | null) => setModelStage(model.id, next, why.trim(), override);
      isSet = (next === 'production' ? await underPolicies({ action: 'promote', modelId: model.id }, change) : await change(null)) !== null;
    });
    if (!isSet) return;
    showToast(`${model.name} is now ${looks[next].word.toLowerCase()}`, { undo: () => { void attempt(() => setModelStage(model.id, before, 'Taken back')); } });
    setNext(null);
    setWhy('');
  };
  if (next !== null) {
    return (
      <div className={styles['stageForm']} role="group" aria-label={`Set the stage to ${looks[next].word}`}>
        <StageLabel stage={model.stage} /><span className="muted">to</span><StageLabel stage={next} />
        <TextField label="Reason" isLabelHidden value={why} autoFocus placeholder="Why? It stays in the history." onChange={setWhy} onEnter={() => void commit()} onEscape={() => setNext(null)} className={styles['why'] ?? ''} />
        <Button kind="primary" onPress={() => void commit()}>Set stage</Button>
        <Button kind="ghost" onPress={() => setNext(null)}>Cancel</Button>
      </div>
    );
  }
  return (
    <Menu label="Stage" entries={stages.map((stage) => ({ id: stage, label: `${looks[stage].word}: ${looks[stage].meaning}`, isChecked: stage === model.stage, disabledReason: stage === model.stage ? 'This is its stage now.' : readOnly, run: () => setNext(stage) }))}>
      <Button trailingIcon="chevron-down"><StageLabel stage={model.stage} /></Button>
    </Menu>
  );
}
