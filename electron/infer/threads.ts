/** How many threads a model is worth. */
import { availableParallelism } from 'node:os';

/** Below this many operations a step, one thread is faster: the others only wait. */
const oneThreadFlops = 10_000_000;
const mostThreads = 8;

/** The thread count to record with a run whose step costs `flopsPerStep` (see `flopsPerStep` of a network). */
export function suggestThreadCount(flopsPerStep: number, coreCount = availableParallelism()): number {
  return flopsPerStep < oneThreadFlops ? 1 : Math.max(1, Math.min(coreCount, mostThreads));
}
