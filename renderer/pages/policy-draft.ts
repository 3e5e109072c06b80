/** A policy while it is written: what is missing, and the words for its parts. Pure. */
import { columnRoles } from '../../shared/domain/column-notes.ts';
import { formatTag, parseTag } from '../../shared/domain/datasets.ts';
import { PolicyDraft, type PolicyAction, type PolicyChange, type PolicyCondition } from '../../shared/domain/policies.ts';
import { formatPlural } from '../ui/format.ts';

export const actionLabels: Readonly<Record<PolicyAction, string>> = {
  import: 'Taking in new versions', train: 'Training a model', export: 'Exporting', promote: 'Promoting a model that was trained on it',
};

export const conditionKinds = ['tag', 'not-tag', 'quality', 'role', 'not-role'] as const;
export type ConditionKind = (typeof conditionKinds)[number];

export const conditionLabels: Readonly<Record<ConditionKind, string>> = {
  tag: 'is tagged', 'not-tag': 'is not tagged', quality: 'has a quality below', role: 'has a column of the role', 'not-role': 'has no column of the role',
};

/** A condition as it is typed. */
export interface ConditionText { readonly kind: ConditionKind; readonly text: string }

export function textOfCondition(condition: PolicyCondition): ConditionText {
  switch (condition.kind) {
    case 'tag': return { kind: condition.has ? 'tag' : 'not-tag', text: formatTag(condition.tag) };
    case 'quality': return { kind: 'quality', text: String(condition.below) };
    case 'role': return { kind: condition.has ? 'role' : 'not-role', text: condition.role };
  }
}

/** Null while the text is no tag, number from 1 to 100 or role. */
export function conditionOf({ kind, text }: ConditionText): PolicyCondition | null {
  if (kind === 'quality') {
    const below = Number(text);
    return text.trim() !== '' && Number.isInteger(below) && below >= 1 && below <= 100 ? { kind, below } : null;
  }
  if (kind === 'role' || kind === 'not-role') {
    const role = columnRoles.find((each) => each === text);
    return role ? { kind: 'role', role, has: kind === 'role' } : null;
  }
  try {
    return { kind: 'tag', tag: parseTag(text), has: kind === 'tag' };
  } catch {
    // What is no tag yet is being typed.
    return null;
  }
}

/** The fields in which `to` differs. */
export function policyChange(from: PolicyDraft, to: PolicyDraft): PolicyChange {
  const fields = ['name', 'message', 'effect', 'actions', 'conditions', 'isActive'] as const;
  return Object.fromEntries(fields.filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field])).map((field) => [field, to[field]]));
}

/** What stands in the way of keeping the policy, as a sentence; null when it can be kept. */
export function policyProblem(draft: PolicyDraft, conditions: readonly ConditionText[]): string | null {
  const wrong = conditions.find((condition) => conditionOf(condition) === null);
  if (wrong) return wrong.kind === 'quality' ? 'The quality is a whole number from 1 to 100.' : wrong.kind.endsWith('role') ? 'Choose a role.' : 'Name the tag, as in "sensitivity: personal".';
  if (draft.actions.length === 0) return 'Choose at least one thing that it is about.';
  const parsed = PolicyDraft.safeParse(draft);
  if (parsed.success) return null;
  return parsed.error.issues[0]?.path[0] === 'name' ? 'Give the policy a name.' : `It cannot be kept: ${parsed.error.issues[0]?.message ?? ''}.`;
}

/** "Today this would block: 2 datasets (birds, flights)." */
export function todaySentence({ effect }: Pick<PolicyDraft, 'effect'>, datasets: readonly { readonly name: string }[]): string {
  const verb = effect === 'block' ? 'block' : 'warn of';
  if (datasets.length === 0) return `Today this would ${verb} nothing.`;
  const names = datasets.slice(0, 5).map(({ name }) => name).join(', ');
  return `Today this would ${verb}: ${formatPlural(datasets.length, 'dataset')} (${names}${datasets.length > 5 ? ', and more' : ''}).`;
}
