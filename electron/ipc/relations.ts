/** Channels of what the columns of a version have to do with each other. */
import { reportTarget, startRelations } from '../app/relations.ts';
import type { relationChannels } from '../../shared/contract/relations.ts';
import type { Handlers } from './serve.ts';

export const relationHandlers: Handlers<keyof typeof relationChannels> = {
  'relations.start': (context, { versionId }) => ({ jobId: startRelations(context, versionId).jobId }),
  'relations.target': (context, { versionId, targetColumn }) => reportTarget(context, versionId, targetColumn),
};
