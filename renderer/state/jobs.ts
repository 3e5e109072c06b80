/** Long work: the latest state of each job by its sequence number, and what to do when one ends. */
import { create } from 'zustand';
import type { JobId } from '../../shared/domain/ids.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { call } from '../api.ts';

interface JobState { readonly jobs: Readonly<Record<string, Job>>; }
export const useJobs = create<JobState>()(() => ({ jobs: {} }));

const endListeners = new Set<(job: Job) => void>();

/** Takes a report of a job; an older one than the known changes nothing. */
export function applyJob(job: Job): void {
  const known = useJobs.getState().jobs[job.id];
  if (known && known.seq >= job.seq) return;
  useJobs.setState(({ jobs }) => ({ jobs: { ...jobs, [job.id]: job } }));
  if (hasEnded(job) && !(known && hasEnded(known))) for (const listener of endListeners) listener(job);
}

export function hasEnded(job: Job): boolean {
  return job.status === 'done' || job.status === 'failed' || job.status === 'cancelled';
}

export async function loadJobs(): Promise<void> {
  for (const job of await call('jobs.list', {})) {
    // Ended before the window came: known, but nothing to announce.
    if (!useJobs.getState().jobs[job.id]) useJobs.setState(({ jobs }) => ({ jobs: { ...jobs, [job.id]: job } }));
    else applyJob(job);
  }
}

export function clearJobs(): void {
  useJobs.setState({ jobs: {} });
}

/** Calls the listener with each job that ends from now on. */
export function onJobEnd(listener: (job: Job) => void): () => void {
  endListeners.add(listener);
  return () => { endListeners.delete(listener); };
}

export function useJob(id: JobId | null): Job | null {
  return useJobs((state) => (id === null ? null : state.jobs[id] ?? null));
}

/** The running job that works on this entity, if any: `useJobOf('runId', run.id)`. */
export function useJobOf(key: string, id: string): Job | null {
  return useJobs((state) => Object.values(state.jobs).find((job) => !hasEnded(job) && job.subject[key] === id) ?? null);
}

/** Jobs that have not ended, oldest first. */
export function runningJobs(jobs: Readonly<Record<string, Job>>): Job[] {
  return Object.values(jobs).filter((job) => !hasEnded(job)).sort((a, b) => a.startedAtMs - b.startedAtMs);
}

export const cancelJob = (id: JobId) => call('jobs.cancel', { id });
