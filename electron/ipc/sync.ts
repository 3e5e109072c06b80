/** Channels of the folder: how it stands, and looking again. */
import * as app from '../app/sync.ts';
import type { syncChannels } from '../../shared/contract/sync.ts';
import { done, type Handlers } from './serve.ts';

export const syncHandlers: Handlers<keyof typeof syncChannels> = {
  'sync.status': (context) => app.syncStatus(context),
  'sync.now': async (context) => done(await app.syncNow(context)),
  'sync.dismiss': (context, { id }) => done(app.dismissNotice(context, id)),
};
