/** How the folder stands: what goes out, what comes in, what is wrong, and what to look at again. */
import { z } from 'zod';
import { SyncStatus } from '../domain/sync.ts';
import { channel } from './channel.ts';

export const syncChannels = {
  'sync.status': channel({ input: z.object({}), output: SyncStatus, writes: false }),
  /** Puts what is not in the folder into it and takes in what has come, without waiting for either. */
  'sync.now': channel({ input: z.object({}), output: z.object({}), writes: false }),
  /** A notice was read; it is not shown again. */
  'sync.dismiss': channel({ input: z.object({ id: z.string().min(1).max(100) }), output: z.object({}), writes: false }),
};
