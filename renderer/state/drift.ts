/** Drift reports. */
import type { DriftSpec, DriftSummary } from '../../shared/domain/drift.ts';
import type { ReportId } from '../../shared/domain/ids.ts';
import { call } from '../api.ts';
import { createListing, valueOr, type Loadable } from './loadable.ts';

export const reports = createListing(() => call('drift.list', {}));

export function useReports(): Loadable<readonly DriftSummary[]> {
  return reports.useStore((state) => state.list);
}

export function currentReports(): readonly DriftSummary[] {
  return valueOr(reports.useStore.getState().list, []);
}

export const startDrift = (name: string, spec: DriftSpec) => call('drift.start', { name, spec });
export const removeReport = (id: ReportId) => call('drift.remove', { id });
