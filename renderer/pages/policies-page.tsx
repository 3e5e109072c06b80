/** The policies of the project: which rules hold for which data, and proposals to start from. */
import { useState, type ReactElement } from 'react';
import { policySentence, proposedPolicies, type Policy, type PolicyDraft } from '../../shared/domain/policies.ts';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { policies, removePolicy, restorePolicy, usePolicies } from '../state/policies.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { usePanels } from '../state/ui.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import styles from './policies-page.module.css';

const blank: PolicyDraft = { name: '', message: '', effect: 'block', actions: ['export'], conditions: [{ kind: 'tag', tag: { key: 'sensitivity', value: 'personal' }, has: true }], isActive: true };

/** What is open in the inspector: a policy by its id, or a draft. */
type Open = { readonly id: string } | { readonly draft: PolicyDraft } | null;

export function PoliciesPage(): ReactElement {
  const list = usePolicies();
  const readOnly = useReadOnlyReason();
  const [open, setOpen] = useState<Open>(null);
  const show = (next: Open) => { setOpen(next); usePanels.setState({ isInspectorOpen: true }); };
  useCommands([{ id: 'policies.new', label: 'New policy', keys: 'n', icon: 'plus', run: () => show({ draft: blank }), disabledReason: () => readOnly }]);
  const all = list.status === 'ready' ? list.value : [];
  const proposals = proposedPolicies.filter((proposal) => !all.some((policy) => policySentence(policy) === policySentence(proposal)));
  const policy = open && 'id' in open ? all.find(({ id }) => id === open.id) ?? null : null;
  const draft = policy ?? (open && 'draft' in open ? open.draft : null);
  const newButton = <Button kind="primary" icon="plus" disabledReason={readOnly} onPress={() => show({ draft: blank })}>New policy</Button>;
  const remove = policy ? () => { void attempt(() => removePolicy(policy.id), { done: `Removed ${policy.name}`, undo: () => restorePolicy(policy.id) }); setOpen(null); } : null;
  return (
    <PageFrame
      title="Policies" count={list.status === 'ready' ? all.length : undefined} actions={list.status === 'ready' && all.length > 0 ? newButton : undefined}
      inspector={draft ? <PolicyEditor key={policy ? policy.id : draft.name} policy={policy} start={draft} readOnly={readOnly} onClose={() => setOpen(null)} onMade={(id) => setOpen({ id })} onRemove={remove} /> : null}
    >
      {list.status === 'loading' ? <Loading label="Reading the policies" />
        : list.status === 'failed' ? <ErrorPanel error={list.error} onRetry={() => { void policies.reload(); }} />
          : (
            <div className={styles['page']}>
              {all.length === 0
                ? <EmptyState icon="shield" actions={newButton}>No policy holds in this project. A policy says which data must not be exported, trained on or relied on.</EmptyState>
                : <div className={styles['table']}><PolicyTable all={all} current={policy?.id ?? null} onOpen={(id) => show({ id })} /></div>}
              {proposals.length > 0 ? (
                <section aria-labelledby="proposals">
                  <h2 id="proposals" className="heading-small">Proposals</h2>
                  <ul className={styles['proposals']}>
                    {proposals.map((proposal) => (
                      <li key={proposal.name}><span><b>{proposal.name}</b><span className="muted">{policySentence(proposal)}</span></span><Button disabledReason={readOnly} label={`Look at the proposal ${proposal.name}`} onPress={() => show({ draft: proposal })}>Look at it</Button></li>
                    ))}
                  </ul>
                </section>
              ) : null}
            </div>
          )}
    </PageFrame>
  );
}

function PolicyTable({ all, current, onOpen }: { readonly all: readonly Policy[]; readonly current: string | null; readonly onOpen: (id: string) => void }): ReactElement {
  return <DataTable label="Policies" rows={all} columns={columns} rowId={({ id }) => id} current={current} onCurrent={onOpen} storageKey="policies" isComfortable />;
}

const columns: readonly DataColumn<Policy>[] = [
  { id: 'name', header: 'Name', width: 220, value: ({ name }) => name },
  { id: 'sentence', header: 'Says', width: 320, isGrowing: true, value: policySentence, title: policySentence },
  { id: 'effect', header: 'Effect', width: 112, value: ({ effect, isActive }) => (isActive ? effect : 'rests'), cell: (policy) => <EffectLabel policy={policy} /> },
  { id: 'by', header: 'By', width: 120, value: ({ createdBy }) => createdBy },
];

function EffectLabel({ policy: { effect, isActive } }: { readonly policy: Policy }): ReactElement {
  if (!isActive) return <StatusLabel tone="muted" icon="clock">Rests</StatusLabel>;
  return effect === 'block' ? <StatusLabel tone="danger" icon="stopped">Blocks</StatusLabel> : <StatusLabel tone="warn" icon="warning">Warns</StatusLabel>;
}
