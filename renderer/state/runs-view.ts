/** How the table of runs is looked at: filters, grouping, columns, what is selected and how curves are drawn. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { CurveAxis } from '../charts/curves.ts';
import type { MetricName, RunStatus } from '../../shared/domain/runs.ts';
import type { ModelSpec, TaskKind } from '../../shared/domain/train-config.ts';

export type RunGrouping = 'none' | 'model' | 'dataset' | 'target' | 'status';
export type MetricPart = 'validation' | 'test';

export type RunFilter =
  | { readonly kind: 'status'; readonly status: RunStatus }
  | { readonly kind: 'data'; readonly dataset: string }
  | { readonly kind: 'model'; readonly model: ModelSpec['kind'] }
  | { readonly kind: 'task'; readonly task: TaskKind }
  | { readonly kind: 'target'; readonly target: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'started'; readonly days: number }
  | { readonly kind: 'metric'; readonly metric: MetricName; readonly operator: '<' | '>'; readonly value: number };


/** Kept on this computer. */
interface RunsLook {
  readonly grouping: RunGrouping;
  readonly part: MetricPart;
  /** Columns the person switched on or off; the others follow what the runs have. */
  readonly columns: Readonly<Record<string, boolean>>;
  readonly smoothing: number;
  readonly isLog: boolean;
  readonly axis: CurveAxis;
  readonly isComparing: boolean;
  readonly compareHeight: number;
}

export const useRunsLook = create<RunsLook>()(
  persist((): RunsLook => ({
    grouping: 'none', part: 'validation', columns: {}, smoothing: 0, isLog: false, axis: 'epoch', isComparing: true, compareHeight: 380,
  }), { name: 'runs', storage: createJSONStorage(() => localStorage) }),
);

interface RunsChoice {
  readonly text: string;
  readonly filters: readonly RunFilter[];
  readonly selected: ReadonlySet<string>;
  readonly metric: string | null;
}

export const useRunsChoice = create<RunsChoice>()(() => ({ text: '', filters: [], selected: new Set(), metric: null }));

export function selectRuns(ids: ReadonlySet<string>): void {
  useRunsChoice.setState({ selected: ids });
}

export function addFilter(filter: RunFilter): void {
  useRunsChoice.setState(({ filters }) => ({ filters: filters.some((one) => JSON.stringify(one) === JSON.stringify(filter)) ? filters : [...filters, filter] }));
}

export function removeFilter(filter: RunFilter): void {
  useRunsChoice.setState(({ filters }) => ({ filters: filters.filter((one) => one !== filter) }));
}
