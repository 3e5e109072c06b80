/** Channels of jobs and of the archive. */
import { startExport, startVerify } from '../app/archive.ts';
import { grantedPath } from '../app/context.ts';
import type { jobChannels } from '../../shared/contract/jobs.ts';
import { done, type Handlers } from './serve.ts';

export const jobHandlers: Handlers<keyof typeof jobChannels> = {
  'jobs.list': ({ jobs }) => jobs.list(),
  'jobs.cancel': ({ jobs }, { id }) => done(jobs.cancel(id)),
  'archive.export': (context, { target }) => ({ jobId: startExport(context, grantedPath(context, target)).jobId }),
  'archive.verify': (context, { file }) => ({ jobId: startVerify(context, grantedPath(context, file)).jobId }),
};
