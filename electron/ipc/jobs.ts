/** Channels of jobs and of the archive. */
import { startVerify } from '../app/archive.ts';
import { grantedPath } from '../app/context.ts';
import { exportUnderPolicies } from '../app/under-policies.ts';
import type { jobChannels } from '../../shared/contract/jobs.ts';
import { done, type Handlers } from './serve.ts';

export const jobHandlers: Handlers<keyof typeof jobChannels> = {
  'jobs.list': ({ jobs }) => jobs.list(),
  'jobs.cancel': ({ jobs }, { id }) => done(jobs.cancel(id)),
  'archive.export': async (context, { target, override }) => ({ jobId: (await exportUnderPolicies(context, grantedPath(context, target), override)).jobId }),
  'archive.verify': (context, { file }) => ({ jobId: startVerify(context, grantedPath(context, file)).jobId }),
};
