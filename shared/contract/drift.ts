/** Drift reports. */
import { z } from 'zod';
import { DriftReport, DriftSpec, DriftSummary } from '../domain/drift.ts';
import { JobId, ReportId } from '../domain/ids.ts';
import { channel } from './channel.ts';

export const driftChannels = {
  'drift.start': channel({
    input: z.object({ name: z.string().trim().min(1).max(120), spec: DriftSpec }),
    output: z.object({ jobId: JobId, reportId: ReportId }),
    writes: true,
  }),
  'drift.list': channel({ input: z.object({}), output: z.array(DriftSummary), writes: false }),
  'drift.get': channel({ input: z.object({ id: ReportId }), output: DriftReport, writes: false }),
  'drift.remove': channel({ input: z.object({ id: ReportId }), output: z.object({}), writes: true }),
};
