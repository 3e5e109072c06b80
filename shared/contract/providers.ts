/** What this computer can train on, and its check. */
import { z } from 'zod';
import { JobId } from '../domain/ids.ts';
import { ProviderStatus } from '../domain/providers.ts';
import { channel } from './channel.ts';

export const providerChannels = {
  /** Every provider: whether it is there or why not, and its last check. The first call tries each, which takes seconds. */
  'providers.list': channel({ input: z.object({}), output: z.array(ProviderStatus), writes: false }),
  /** Looks again, compares each with the CPU and times it; then `providers.list` has the outcome. */
  'providers.check': channel({ input: z.object({}), output: z.object({ jobId: JobId }), writes: false }),
};
