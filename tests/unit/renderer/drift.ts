/** Drift reports as data for tests of pages and charts. */
import type { ColumnDrift, DriftReport, DriftWindow } from '../../../shared/domain/drift.ts';
import type { ReportId, VersionId } from '../../../shared/domain/ids.ts';

export function column(name: string, score: number, drifted: boolean): ColumnDrift {
  return { column: name, type: 'number', test: 'wasserstein', isPValue: false, score, threshold: 0.1, drifted, sentence: drifted ? 'The median rose from 4 to 10.' : 'No clear change.' };
}

export function window(label: string, columns: readonly ColumnDrift[]): DriftWindow {
  const driftedShare = columns.filter((one) => one.drifted).length / columns.length;
  return { label, rowCount: 1000, columns: [...columns], skipped: [], driftedShare, drifted: driftedShare >= 0.5 };
}

export function report(windows: readonly DriftWindow[]): DriftReport {
  return {
    id: '0123456789abcdefghjkmnpqrs' as ReportId, name: 'By month', spec: { kind: 'cut', version: '0'.repeat(26) as VersionId, cutBy: 'departure', period: 'month', referenceWindows: 1, columns: null },
    referenceLabel: '2001-01', referenceRowCount: 1000, windows: [...windows], shares: [], shareThreshold: 0.5, elapsedMs: 12, createdAtMs: 0, createdBy: 'Ana',
  };
}
