/** Channels of drift reports. */
import * as app from '../app/drift.ts';
import type { driftChannels } from '../../shared/contract/drift.ts';
import { done, type Handlers } from './serve.ts';

export const driftHandlers: Handlers<keyof typeof driftChannels> = {
  'drift.start': (context, request) => {
    const { jobId, reportId } = app.startDrift(context, request);
    return { jobId, reportId };
  },
  'drift.list': (context) => app.listReports(context),
  'drift.get': (context, { id }) => app.getReport(context, id),
  'drift.remove': (context, { id }) => done(app.removeReport(context, id)),
};
