/** Asks the policies before something is done: says what they warn of, and asks for a reason where one blocks. */
import { useState, type ReactElement } from 'react';
import { create } from 'zustand';
import { fewestReasonCharacters, type PolicyFinding, type PolicySubject } from '../../shared/domain/policies.ts';
import { checkPolicies } from '../state/policies.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/text-field.tsx';
import { showToast } from '../ui/toast.tsx';
import styles from './under-policies.module.css';

interface Question { readonly findings: readonly PolicyFinding[]; readonly answer: (reason: string | null) => void; }
const useQuestion = create<{ readonly question: Question | null }>()(() => ({ question: null }));

/** Does the work with the reason that was given, or without one where none was needed. Null when the person let it be. */
export async function underPolicies<T>(subject: PolicySubject, work: (override: string | null) => Promise<T>): Promise<T | null> {
  const findings = await checkPolicies(subject);
  const blocking = findings.filter(({ effect }) => effect === 'block');
  let override: string | null = null;
  if (blocking.length > 0) {
    override = await new Promise<string | null>((answer) => useQuestion.setState({ question: { findings: blocking, answer } }));
    useQuestion.setState({ question: null });
    if (override === null) return null;
  }
  const result = await work(override);
  for (const { policy, dataset, message } of findings.filter(({ effect }) => effect === 'warn').slice(0, 2)) showToast(`${policy}, ${dataset}: ${message}`);
  return result;
}

/** Mounted once, in the frame. */
export function PolicyQuestion(): ReactElement | null {
  const question = useQuestion((state) => state.question);
  return question ? <QuestionDialog question={question} /> : null;
}

function QuestionDialog({ question: { findings, answer } }: { readonly question: Question }): ReactElement {
  const [reason, setReason] = useState('');
  const isReady = reason.trim().length >= fewestReasonCharacters;
  const goOn = () => { if (isReady) answer(reason.trim()); };
  return (
    <Dialog
      title={findings.length === 1 ? 'A policy does not allow this' : `${findings.length} policies do not allow this`} isOpen onClose={() => answer(null)} width={520}
      actions={<><Button kind="ghost" onPress={() => answer(null)}>Let it be</Button><Button kind="danger" icon="warning" isDisabled={!isReady} onPress={goOn}>Go on all the same</Button></>}
    >
      <ul className={styles['findings']}>
        {findings.map(({ policyId, policy, datasetId, dataset, message }) => <li key={`${policyId} ${datasetId}`}><b>{policy}</b><span className="muted"> for {dataset}</span><p>{message}</p></li>)}
      </ul>
      <TextField label="Reason to go on" value={reason} onChange={setReason} autoFocus placeholder="Agreed with the data protection office" hint="It stays in the history with your name, for everybody to read." onEnter={goOn} />
    </Dialog>
  );
}
