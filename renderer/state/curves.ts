/** Points of running runs as they arrive; a finished run's curve is asked from the engine. */
import { create } from 'zustand';
import { joinPoints, type MetricPoint } from '../../shared/domain/runs.ts';

interface CurveState { readonly live: Readonly<Record<string, readonly MetricPoint[]>>; }
export const useCurves = create<CurveState>()(() => ({ live: {} }));

export function appendPoints(runId: string, points: readonly MetricPoint[]): void {
  useCurves.setState(({ live }) => ({ live: { ...live, [runId]: joinPoints(live[runId] ?? [], points) } }));
}

export function forgetPoints(runId: string): void {
  useCurves.setState(({ live }) => {
    const { [runId]: _, ...rest } = live;
    return { live: rest };
  });
}
