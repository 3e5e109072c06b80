/** What can be added to a page, as a flat list that a few letters narrow down. Pure. */
import type { DriftSummary } from '../../shared/domain/drift.ts';
import type { Dataset } from '../../shared/domain/datasets.ts';
import type { Run } from '../../shared/domain/runs.ts';
import { formatCount, formatPlural } from '../ui/format.ts';
import type { IconName } from '../ui/icon.tsx';
import type { NewContent } from '../state/pages.ts';

export interface AddEntry {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: IconName;
  readonly colour?: number;
  readonly words: string;
  /** What it adds; null opens the choice of runs for a chart. */
  readonly content: NewContent | null;
}

const perGroup = 6;

export function addEntries({ datasets, runs, reports }: { readonly datasets: readonly Dataset[]; readonly runs: readonly Run[]; readonly reports: readonly DriftSummary[] }): readonly AddEntry[] {
  return [
    { id: 'text', group: 'Add', label: 'Text', detail: 'Markdown with formulas', icon: 'text', words: 'markdown paragraph heading math', content: { kind: 'markdown', text: '' } },
    ...(runs.length > 0 ? [{ id: 'chart', group: 'Add', label: 'Metric chart', detail: 'Curves of chosen runs', icon: 'runs' as const, words: 'curves loss compare', content: null }] : []),
    ...[...runs].reverse().map((run): AddEntry => ({ id: run.id, group: 'Runs', label: `${run.label} ${run.name}`, detail: `predicts ${run.config.target}`, icon: 'runs', colour: run.colour, words: `run ${run.datasetName}`, content: { kind: 'run', runId: run.id } })),
    ...datasets.map((dataset): AddEntry => ({ id: dataset.id, group: 'Datasets', label: dataset.name, detail: formatPlural(dataset.versions.at(-1)?.rowCount ?? 0, 'row'), icon: 'database', words: `dataset ${dataset.description}`, content: { kind: 'dataset', datasetId: dataset.id } })),
    ...reports.map((report): AddEntry => ({ id: report.id, group: 'Drift reports', label: report.name, detail: report.windowCount > 1 ? `${formatCount(report.windowCount)} windows` : report.drifted ? 'Drifted' : 'No drift', icon: 'pulse', words: 'drift report', content: { kind: 'drift', reportId: report.id } })),
  ];
}

/** The entries that contain every word, at most six a group without any. */
export function narrowEntries(all: readonly AddEntry[], text: string): readonly { readonly group: string; readonly entries: readonly AddEntry[] }[] {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, AddEntry[]>();
  for (const entry of all) {
    const said = `${entry.label} ${entry.detail} ${entry.group} ${entry.words}`.toLowerCase();
    if (!terms.every((term) => said.includes(term))) continue;
    const group = groups.get(entry.group) ?? [];
    if (group.length < (terms.length === 0 ? perGroup : perGroup * 3)) groups.set(entry.group, [...group, entry]);
  }
  return [...groups].map(([group, entries]) => ({ group, entries }));
}
