/**
 * Policies of a project: kept as entities that merge, asked before data are taken in, trained on, exported or promoted.
 * Whoever goes on against one that blocks says why, and that becomes an event of its own.
 */
import type { DatasetId, PolicyId, VersionId } from '../../shared/domain/ids.ts';
import { tagsIn, type DatasetVersion } from '../../shared/domain/datasets.ts';
import {
  fewestReasonCharacters, isAbout, needsQuality, Policy, policySentence, type PolicyChange, type PolicyDraft, type PolicyFacts, type PolicyFinding, type PolicySubject,
} from '../../shared/domain/policies.ts';
import { fail } from '../../shared/errors.ts';
import type { JsonValue } from '../store/format/canonical.ts';
import type { Op } from '../store/store.ts';
import { basedOn } from './based-on.ts';
import { measureVersion } from './classification.ts';
import { rolesInUse } from './columns.ts';
import type { AppContext } from './context.ts';
import { getVersion, listDatasets } from './datasets.ts';
import { listOf, mustHaveExisted, oneOf, plain, type Kind } from './entities.ts';
import { getModel } from './models.ts';
import { getRun } from './runs.ts';

const policyKind: Kind<typeof Policy> = { type: 'policy', word: 'policy', schema: Policy, shape: plain };

export function listPolicies({ store }: AppContext): Policy[] {
  return listOf(store, policyKind);
}

export function createPolicy({ store }: AppContext, draft: PolicyDraft): { id: PolicyId } {
  const id = store.newId<PolicyId>();
  store.commit('policies.create', [{ o: 'create', e: id, t: 'policy', f: { ...draft } }]);
  return { id };
}

/** Writes the fields that differ. `seen` is the text that the writer began with, where one field is changed. @throws AppError store/not-found */
export function changePolicy({ store }: AppContext, id: PolicyId, change: PolicyChange, seen?: string): void {
  const policy = oneOf(store, policyKind, id);
  const fields = Object.fromEntries(Object.entries(change).flatMap(([field, value]): [string, JsonValue][] => (
    value === undefined || JSON.stringify(value) === JSON.stringify(policy[field as keyof Policy]) ? [] : [[field, value]]
  )));
  const [field, ...more] = Object.keys(fields);
  if (field === undefined) return;
  store.commit('policies.change', [{ o: 'set', e: id, f: fields }], more.length === 0 ? basedOn(store, id, field, seen) : {});
}

export function removePolicy({ store }: AppContext, id: PolicyId): void {
  oneOf(store, policyKind, id);
  store.commit('policies.remove', [{ o: 'set', e: id, f: { deleted: true } }]);
}

export function restorePolicy({ store }: AppContext, id: PolicyId): void {
  mustHaveExisted(store, 'policy', id);
  store.commit('policies.restore', [{ o: 'set', e: id, f: { deleted: false } }]);
}

/** The datasets that the policy is about today, by their latest versions: for a test before it is made. */
export async function tryPolicy(context: AppContext, draft: Pick<PolicyDraft, 'conditions'>): Promise<{ datasets: { id: DatasetId; name: string }[] }> {
  const datasets = [];
  for (const { id, name, versions } of listDatasets(context)) {
    if (isAbout(draft, await factsOf(context, id, versions.at(-1) ?? null, needsQuality(draft)))) datasets.push({ id, name });
  }
  return { datasets };
}

/** What the active policies have to say to this, those that block first. @throws AppError store/not-found, store/object-missing */
export async function checkPolicies(context: AppContext, subject: PolicySubject): Promise<PolicyFinding[]> {
  const policies = listPolicies(context).filter(({ isActive, actions }) => isActive && actions.includes(subject.action));
  if (policies.length === 0) return [];
  const findings: PolicyFinding[] = [];
  for (const { datasetId, name, version } of subjectData(context, subject)) {
    const facts = await factsOf(context, datasetId, version, policies.some(needsQuality));
    for (const policy of policies.filter((each) => isAbout(each, facts))) {
      findings.push({ policyId: policy.id, policy: policy.name, effect: policy.effect, message: policy.message || policySentence(policy), datasetId, dataset: name });
    }
  }
  return findings.sort((a, b) => Number(a.effect === 'warn') - Number(b.effect === 'warn'));
}

/**
 * Asks the policies. Where one blocks, a reason lets it pass and is recorded with who gave it; without one it throws.
 * Returns the findings that only warn. @throws AppError policy/blocked, policy/reason
 */
export async function obeyPolicies(context: AppContext, subject: PolicySubject, reason: string | null): Promise<PolicyFinding[]> {
  const findings = await checkPolicies(context, subject);
  const blocking = findings.filter(({ effect }) => effect === 'block');
  const [first] = blocking;
  if (first) {
    if (reason === null) throw fail('policy/blocked', { policy: first.policy, thing: `"${first.dataset}"`, message: first.message });
    recordOverride(context, subject, blocking, reason.trim());
  }
  return findings.filter(({ effect }) => effect === 'warn');
}

/** On the policies, the datasets and the model alike, so that the history of each shows it. */
function recordOverride({ store }: AppContext, subject: PolicySubject, findings: readonly PolicyFinding[], reason: string): void {
  if (reason.length < fewestReasonCharacters) throw fail('policy/reason', { found: reason.length, needed: fewestReasonCharacters });
  const ids = new Set<string>(findings.flatMap(({ policyId, datasetId }) => [policyId, datasetId]));
  if (subject.action === 'promote') ids.add(subject.modelId);
  const note = { action: subject.action, reason, policies: [...new Set(findings.map(({ policyId }) => policyId))] };
  store.commit('policies.override', [...ids].map((id): Op => ({ o: 'add', e: id, s: 'overrides', x: note })), { why: reason });
}

interface SubjectData { readonly datasetId: DatasetId; readonly name: string; readonly version: DatasetVersion | null; }

/** The datasets that the action touches. What was removed counts where it is still used: a model keeps its data. */
function subjectData(context: AppContext, subject: PolicySubject): SubjectData[] {
  const { store } = context;
  const one = (datasetId: DatasetId, version: DatasetVersion | null): SubjectData[] => {
    const dataset = store.find(datasetId);
    return dataset ? [{ datasetId, name: String(dataset.fields['name'] ?? ''), version }] : [];
  };
  switch (subject.action) {
    // Tags and roles of the dataset that grows; what the file holds is known only once it is in.
    case 'import': return subject.datasetId === null ? [] : one(subject.datasetId, null);
    case 'train': return ofVersion(subject.versionId);
    case 'export': return subject.versionIds?.flatMap(ofVersion) ?? listDatasets(context).map(({ id, name, versions }) => ({ datasetId: id, name, version: versions.at(-1) ?? null }));
    case 'promote': return ofVersion(getRun(store, getModel(store, subject.modelId).runId).config.versionId);
  }
  function ofVersion(id: VersionId): SubjectData[] {
    const version = getVersion(store, id);
    return one(version.datasetId, version);
  }
}

async function factsOf(context: AppContext, datasetId: DatasetId, version: DatasetVersion | null, isQualityNeeded: boolean): Promise<PolicyFacts> {
  const { store } = context;
  return {
    tags: tagsIn(store.find(datasetId)?.sets['tags']), roles: rolesInUse(store, datasetId),
    quality: isQualityNeeded && version ? (await measureVersion(context, version)).quality.score : null,
  };
}
