/**
 * Curves of runs, asked for when a view needs them and kept; many requests of one moment become one question.
 * The points of a running run arrive as events and are joined to what was recorded before the window asked.
 */
import { useEffect, useMemo } from 'react';
import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { RunId } from '../../shared/domain/ids.ts';
import type { MetricPoint } from '../../shared/domain/runs.ts';
import { call } from '../api.ts';
import { onChange } from './changes.ts';
import { forgetPoints, useCurves } from './curves.ts';
import { runs } from './runs.ts';

interface RecordedState { readonly recorded: Readonly<Record<string, readonly MetricPoint[]>>; }
const useRecorded = create<RecordedState>()(() => ({ recorded: {} }));

const idsPerCall = 100;
const wanted = new Set<RunId>();
const asked = new Set<string>();
let isScheduled = false;

/** Asks for the curves of these runs unless they are there or on their way. */
export function requestCurves(ids: readonly RunId[]): void {
  for (const id of ids) if (!asked.has(id)) { asked.add(id); wanted.add(id); }
  if (wanted.size === 0 || isScheduled) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    const all = [...wanted];
    wanted.clear();
    for (let from = 0; from < all.length; from += idsPerCall) void load(all.slice(from, from + idsPerCall));
  }, 20);
}

async function load(ids: readonly RunId[]): Promise<void> {
  try {
    const curves = await call('runs.curves', { ids: [...ids] });
    useRecorded.setState(({ recorded }) => ({ recorded: { ...recorded, ...Object.fromEntries(curves.map((curve) => [curve.runId, curve.points])) } }));
  } catch {
    // Asked again by the next view that needs them; the list itself reports what is wrong with the engine.
    for (const id of ids) asked.delete(id);
  }
}

// A run that has changed (it ended, usually) has its final curve in the project: ask once more, then let go of the live points.
onChange(({ ids }) => {
  const again = [...ids].filter((id) => asked.has(id)) as RunId[];
  if (again.length > 0) void load(again).then(() => { for (const id of again) if (!isRunning(id)) forgetPoints(id); });
});

// Another project: nothing known of the old one may show.
runs.useStore.subscribe(({ list }) => {
  if (list.status !== 'loading') return;
  asked.clear();
  useRecorded.setState({ recorded: {} });
});

function isRunning(id: string): boolean {
  const { list } = runs.useStore.getState();
  return list.status === 'ready' && list.value.some((run) => run.id === id && run.status === 'running');
}

/** The points of a run; null while they are on their way. */
export function useRunCurve(id: RunId): readonly MetricPoint[] | null {
  useEffect(() => requestCurves([id]), [id]);
  const recorded = useRecorded((state) => state.recorded[id]);
  const live = useCurves((state) => state.live[id]);
  return useMemo(() => joinPoints(recorded, live), [recorded, live]);
}

/** The points of several runs by id; a run is absent while its points are on their way. */
export function useRunCurves(ids: readonly RunId[]): ReadonlyMap<string, readonly MetricPoint[]> {
  useEffect(() => requestCurves(ids), [ids]);
  // Only these runs' points count: the stores also change for every other row that comes into view.
  const recorded = useRecorded(useShallow((state) => ids.map((id) => state.recorded[id])));
  const live = useCurves(useShallow((state) => ids.map((id) => state.live[id])));
  return useMemo(() => {
    const curves = new Map<string, readonly MetricPoint[]>();
    ids.forEach((id, index) => {
      const points = joinPoints(recorded[index], live[index]);
      if (points) curves.set(id, points);
    });
    return curves;
  }, [ids, recorded, live]);
}

/** Recorded and live points, each once: the two overlap where the run went on while the window asked. */
export function joinPoints(recorded: readonly MetricPoint[] | undefined, live: readonly MetricPoint[] | undefined): readonly MetricPoint[] | null {
  if (!live || live.length === 0) return recorded ?? null;
  if (!recorded || recorded.length === 0) return live;
  const keyOf = (point: MetricPoint): string => `${point.part} ${point.metric} ${point.epoch} ${point.step}`;
  const known = new Set(recorded.map(keyOf));
  const added = live.filter((point) => !known.has(keyOf(point)));
  return added.length === 0 ? recorded : [...recorded, ...added];
}

/** The latest value of a validation metric among the live points of a run; null where there is none. */
export function latestValue(points: readonly MetricPoint[] | undefined, metric: string): number | null {
  for (let i = (points?.length ?? 0) - 1; i >= 0; i--) {
    const point = points?.[i];
    if (point && point.part === 'validation' && point.metric === metric) return point.value;
  }
  return null;
}
