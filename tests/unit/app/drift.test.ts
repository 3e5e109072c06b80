import { describe, expect, it } from 'vitest';
import { getReport, listReports, startDrift } from '../../../electron/app/drift.ts';
import { aProject, importText } from '../../support/project.ts';

function csv(rowCount: number, row: (i: number) => string): string {
  return `day,x,kind\n${Array.from({ length: rowCount }, (_, i) => row(i)).join('\n')}\n`;
}

describe('a drift report', () => {
  it('compares two datasets column by column and is kept', async () => {
    const project = await aProject();
    const { context } = project;
    const before = await importText(project, 'a.csv', csv(400, (i) => `2026-01-01,${Math.sin(i) + 0.5},${i % 2 ? 'a' : 'b'}`));
    const after = await importText(project, 'b.csv', csv(400, (i) => `2026-01-01,${Math.sin(i) + 3.5},${i % 2 ? 'a' : 'b'}`));
    const { reportId, finished } = startDrift(context, {
      name: 'a to b', spec: { kind: 'two-versions', reference: before.versionId, current: after.versionId, columns: ['x', 'kind'] },
    });
    await finished;
    const report = await getReport(context, reportId);
    expect(report.windows[0]!.columns).toMatchObject([{ column: 'x', test: 'ks', drifted: true }, { column: 'kind', drifted: false }]);
    expect(report).toMatchObject({ referenceLabel: 'data v1', referenceRowCount: 400, shareThreshold: 0.5 });
    expect(listReports(context)).toMatchObject([{ id: reportId, drifted: true, driftedShare: 0.5, windowCount: 1 }]);
  });

  it('cuts one dataset by month against its first months', async () => {
    const project = await aProject();
    const { context } = project;
    const data = await importText(project, 'year.csv', csv(1200, (i) => `2026-${String(1 + Math.floor(i / 100)).padStart(2, '0')}-05,${Math.sin(i) + (i >= 600 ? 4 : 0)},${i % 3}`));
    const { reportId, finished } = startDrift(context, {
      name: 'by month', spec: { kind: 'cut', version: data.versionId, cutBy: 'day', period: 'month', referenceWindows: 2, columns: ['x'] },
    });
    await finished;
    const report = await getReport(context, reportId);
    expect(report).toMatchObject({ referenceLabel: '2026-01 to 2026-02', referenceRowCount: 200 });
    expect(report.windows.map(({ label, drifted }) => `${label} ${drifted}`)).toEqual([
      '2026-03 false', '2026-04 false', '2026-05 false', '2026-06 false', '2026-07 true', '2026-08 true', '2026-09 true', '2026-10 true', '2026-11 true', '2026-12 true',
    ]);
  });

  it('of datasets without a common column says so and leaves nothing behind', async () => {
    const project = await aProject();
    const { context } = project;
    const a = await importText(project, 'a.csv', 'x\n1\n2\n');
    const b = await importText(project, 'b.csv', 'y\n1\n2\n');
    const { finished } = startDrift(context, { name: 'none', spec: { kind: 'two-versions', reference: a.versionId, current: b.versionId, columns: null } });
    await expect(finished).rejects.toThrow('Reference and current data have no column in common.');
    expect(listReports(context)).toEqual([]);
  });
});
