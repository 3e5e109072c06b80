/**
 * Rules of a project about its data, as data: which datasets they are about, what those must not be used for, and
 * whether that blocks or warns. Pure: what is known of a dataset goes in, the decision comes out.
 */
import { z } from 'zod';
import { columnRoles } from './column-notes.ts';
import { formatTag, Tag } from './datasets.ts';
import { DatasetId, ModelId, PolicyId, VersionId } from './ids.ts';

export const policyActions = ['import', 'train', 'export', 'promote'] as const;
export const PolicyAction = z.enum(policyActions);
export type PolicyAction = z.infer<typeof PolicyAction>;

export const policyEffects = ['block', 'warn'] as const;
export const PolicyEffect = z.enum(policyEffects);
export type PolicyEffect = z.infer<typeof PolicyEffect>;

/** What holds for the datasets that a policy is about. */
export const PolicyCondition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tag'), tag: Tag, has: z.boolean() }),
  /** The measured score of the version, 0 to 100. */
  z.object({ kind: z.literal('quality'), below: z.number().int().min(1).max(100) }),
  /** Whether some column has been given this role. */
  z.object({ kind: z.literal('role'), role: z.enum(columnRoles), has: z.boolean() }),
]);
export type PolicyCondition = z.infer<typeof PolicyCondition>;

export const PolicyName = z.string().trim().min(1, 'a name is not empty').max(120);
export const PolicyMessage = z.string().trim().max(500);
export const PolicyActions = z.array(PolicyAction).min(1, 'a policy is about at least one action').max(policyActions.length);
/** All of them must hold. */
export const PolicyConditions = z.array(PolicyCondition).min(1, 'a policy has at least one condition').max(10);

export const PolicyDraft = z.object({
  name: PolicyName,
  /** Said where it blocks or warns; the sentence of the policy where empty. */
  message: PolicyMessage,
  effect: PolicyEffect,
  actions: PolicyActions,
  conditions: PolicyConditions,
  isActive: z.boolean(),
});
export type PolicyDraft = z.infer<typeof PolicyDraft>;

/** The fields that are to change. */
export const PolicyChange = PolicyDraft.partial();
export type PolicyChange = z.infer<typeof PolicyChange>;

export const Policy = PolicyDraft.extend({ id: PolicyId, createdAtMs: z.number(), createdBy: z.string() });
export type Policy = z.infer<typeof Policy>;

/** What is about to be done. */
export const PolicySubject = z.discriminatedUnion('action', [
  /** Into this dataset; null for a new one, of which nothing is known yet. */
  z.object({ action: z.literal('import'), datasetId: DatasetId.nullable() }),
  z.object({ action: z.literal('train'), versionId: VersionId }),
  /** These versions; the whole project where absent. */
  z.object({ action: z.literal('export'), versionIds: z.array(VersionId).exactOptional() }),
  z.object({ action: z.literal('promote'), modelId: ModelId }),
]);
export type PolicySubject = z.infer<typeof PolicySubject>;

/** What a policy looks at. */
export interface PolicyFacts {
  readonly tags: readonly Tag[];
  readonly roles: readonly string[];
  /** Null where it is not known, as of a version that is not here; then nothing is said about it. */
  readonly quality: number | null;
}

/** A policy that speaks against what is about to be done with a dataset. */
export const PolicyFinding = z.object({
  policyId: PolicyId, policy: z.string(), effect: PolicyEffect, message: z.string(), datasetId: DatasetId, dataset: z.string(),
});
export type PolicyFinding = z.infer<typeof PolicyFinding>;

/** Why somebody went on against a policy. */
export const fewestReasonCharacters = 3;
export const OverrideReason = z.string().trim().max(1000);

/** Whether a policy is about a dataset of which this is known. */
export function isAbout({ conditions }: Pick<PolicyDraft, 'conditions'>, facts: PolicyFacts): boolean {
  return conditions.every((condition) => {
    switch (condition.kind) {
      case 'tag': return facts.tags.some((tag) => isSameTagText(tag, condition.tag)) === condition.has;
      case 'quality': return facts.quality !== null && facts.quality < condition.below;
      case 'role': return facts.roles.includes(condition.role) === condition.has;
    }
  });
}

/** Whether the measured quality is needed, which costs a look at the rows. */
export function needsQuality({ conditions }: Pick<PolicyDraft, 'conditions'>): boolean {
  return conditions.some(({ kind }) => kind === 'quality');
}

/** "Datasets tagged sensitivity: personal must not be exported." */
export function policySentence({ conditions, actions, effect }: Pick<PolicyDraft, 'conditions' | 'actions' | 'effect'>): string {
  const which = `Datasets ${joined(conditions.map(conditionWords), 'and')}`;
  const what = joined(policyActions.filter((action) => actions.includes(action)).map((action) => actionWords[action]), 'or');
  return effect === 'block' ? `${which} must not ${what}.` : `${which} should not ${what}; a warning says so.`;
}

const actionWords: Readonly<Record<PolicyAction, string>> = {
  import: 'take in new versions', train: 'train a model', export: 'be exported', promote: 'have trained a model that is promoted',
};

function conditionWords(condition: PolicyCondition): string {
  switch (condition.kind) {
    case 'tag': return `${condition.has ? 'tagged' : 'not tagged'} ${formatTag(condition.tag)}`;
    case 'quality': return `of a quality below ${condition.below}`;
    case 'role': return `${condition.has ? 'with' : 'without'} a column of the role ${condition.role}`;
  }
}

function joined(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** People write "Personal" and "personal" and mean the same. */
function isSameTagText(a: Tag, b: Tag): boolean {
  return formatTag(a).toLowerCase() === formatTag(b).toLowerCase();
}

/** Offered to start from; none is there until somebody takes it. */
export const proposedPolicies: readonly PolicyDraft[] = [
  {
    name: 'Personal data stay here', message: 'Personal data must not leave this project.', effect: 'block', actions: ['export'], isActive: true,
    conditions: [{ kind: 'tag', tag: { key: 'sensitivity', value: 'personal' }, has: true }],
  },
  {
    name: 'Models for use come from good data', message: 'A model that is promoted was trained on data of a quality of at least 80.', effect: 'block', actions: ['promote'], isActive: true,
    conditions: [{ kind: 'quality', below: 80 }],
  },
  {
    name: 'Look twice at special data', message: 'Data about health, belief or origin need a legal ground before they train a model.', effect: 'warn', actions: ['train'], isActive: true,
    conditions: [{ kind: 'tag', tag: { key: 'sensitivity', value: 'special' }, has: true }],
  },
];
