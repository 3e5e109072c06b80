/** Channels of the log: reading it, going back to what it says, settling what was written at the same time. */
import { listChanges } from '../app/changes.ts';
import { chooseVersion, listConflicts, writeMerged } from '../app/conflicts.ts';
import { pageAt, restorePageTo } from '../app/page-past.ts';
import { restoreValue } from '../app/restore.ts';
import { listHistory, listWriters } from '../app/timeline.ts';
import type { historyChannels } from '../../shared/contract/history.ts';
import { done, type Handlers } from './serve.ts';

export const historyHandlers: Handlers<keyof typeof historyChannels> = {
  'history.list': (context, query) => listHistory(context, query),
  'history.people': (context) => listWriters(context),
  'history.changes': (context, span) => listChanges(context, span),
  'history.restore': (context, restoration) => done(restoreValue(context, restoration)),
  'pages.at': (context, { id, hash }) => pageAt(context, id, hash),
  'pages.restoreTo': (context, { id, hash, why }) => done(restorePageTo(context, id, hash, why)),
  'conflicts.list': (context) => listConflicts(context),
  'conflicts.choose': (context, settlement) => done(chooseVersion(context, settlement)),
  'conflicts.write': (context, settlement) => done(writeMerged(context, settlement)),
};
