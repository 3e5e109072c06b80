/** Policies of the project, and what they say to what is about to be done. */
import type { PolicyId } from '../../shared/domain/ids.ts';
import type { Policy, PolicyChange, PolicyDraft, PolicySubject } from '../../shared/domain/policies.ts';
import { call } from '../api.ts';
import { createListing, type Loadable } from './loadable.ts';

export const policies = createListing(() => call('policies.list', {}));

export function usePolicies(): Loadable<readonly Policy[]> {
  return policies.useStore((state) => state.list);
}

export const createPolicy = (draft: PolicyDraft) => call('policies.create', { draft });
export const changePolicy = (id: PolicyId, change: PolicyChange, basedOn?: string) => call('policies.change', { id, change, ...(basedOn === undefined ? {} : { basedOn }) });
export const removePolicy = (id: PolicyId) => call('policies.remove', { id });
export const restorePolicy = (id: PolicyId) => call('policies.restore', { id });
export const checkPolicies = (subject: PolicySubject) => call('policies.check', { subject });
