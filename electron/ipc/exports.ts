/** Channels of exports and of the use of datasets. */
import { grantedPath } from '../app/context.ts';
import { usesOf } from '../app/lineage.ts';
import { exportDataUnderPolicies } from '../app/under-policies.ts';
import type { exportChannels } from '../../shared/contract/exports.ts';
import type { Handlers } from './serve.ts';

export const exportHandlers: Handlers<keyof typeof exportChannels> = {
  'datasets.export': async (context, { rows, view, target, settings, override }) => {
    const request = { subject: rows, view, path: grantedPath(context, target), canReplace: true, settings };
    return { jobId: (await exportDataUnderPolicies(context, request, override)).jobId };
  },
  'datasets.uses': (context, { id }) => usesOf(context, id),
};
