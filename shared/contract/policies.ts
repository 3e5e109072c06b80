/** Policies: making and changing them, trying them, and asking them before something is done. */
import { z } from 'zod';
import { DatasetId, PolicyId } from '../domain/ids.ts';
import { Policy, PolicyChange, PolicyConditions, PolicyDraft, PolicyFinding, PolicySubject } from '../domain/policies.ts';
import { BasedOn } from './based-on.ts';
import { channel } from './channel.ts';

const nothing = z.object({});

export const policyChannels = {
  'policies.list': channel({ input: nothing, output: z.array(Policy), writes: false }),
  'policies.create': channel({ input: z.object({ draft: PolicyDraft }), output: z.object({ id: PolicyId }), writes: true }),
  'policies.change': channel({ input: z.object({ id: PolicyId, change: PolicyChange, basedOn: BasedOn }), output: nothing, writes: true }),
  'policies.remove': channel({ input: z.object({ id: PolicyId }), output: nothing, writes: true }),
  'policies.restore': channel({ input: z.object({ id: PolicyId }), output: nothing, writes: true }),
  /** The datasets that such conditions are about today. */
  'policies.try': channel({ input: z.object({ conditions: PolicyConditions }), output: z.object({ datasets: z.array(z.object({ id: DatasetId, name: z.string() })) }), writes: false }),
  /** What the active policies say to an action before it is asked for; the action itself asks again. */
  'policies.check': channel({ input: z.object({ subject: PolicySubject }), output: z.array(PolicyFinding), writes: false }),
};
