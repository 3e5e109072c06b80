/** Channels of policies. */
import * as policies from '../app/policies.ts';
import type { policyChannels } from '../../shared/contract/policies.ts';
import { done, type Handlers } from './serve.ts';

export const policyHandlers: Handlers<keyof typeof policyChannels> = {
  'policies.list': (context) => policies.listPolicies(context),
  'policies.create': (context, { draft }) => policies.createPolicy(context, draft),
  'policies.change': (context, { id, change, basedOn }) => done(policies.changePolicy(context, id, change, basedOn)),
  'policies.remove': (context, { id }) => done(policies.removePolicy(context, id)),
  'policies.restore': (context, { id }) => done(policies.restorePolicy(context, id)),
  'policies.try': (context, draft) => policies.tryPolicy(context, draft),
  'policies.check': (context, { subject }) => policies.checkPolicies(context, subject),
};
