/** Brings what the engine and the shell report into the stores. Started once, by main.tsx. */
import { on } from '../api.ts';
import { gatherChange, onChange, type Change } from './changes.ts';
import { searches } from './classification.ts';
import { conflicts } from './conflicts.ts';
import { appendPoints } from './curves.ts';
import { datasets } from './datasets.ts';
import { reports } from './drift.ts';
import { applyJob, clearJobs, loadJobs } from './jobs.ts';
import { models } from './models.ts';
import { pages } from './pages.ts';
import { policies } from './policies.ts';
import { applyShell, clearProject, loadProject, loadShell, useShell } from './project.ts';
import { runs } from './runs.ts';
import { savedQueries } from './sql.ts';
import { clearSync, loadSync } from './sync-status.ts';

/** Which list shows which entity types. They are asked for in this order: runs, by far the most, must not hold up the rest. */
const listings = [
  { listing: datasets, types: ['dataset', 'version'] },
  { listing: searches, types: ['search'] },
  { listing: policies, types: ['policy'] },
  { listing: pages, types: ['page', 'block'] },
  { listing: models, types: ['model', 'run'] },
  { listing: reports, types: ['report'] },
  { listing: savedQueries, types: ['query'] },
  { listing: runs, types: ['run', 'dataset'] },
  { listing: conflicts, types: ['project', 'dataset', 'run', 'model', 'report', 'page', 'column', 'policy', 'search', 'query'] },
] as const;

export function startSync(): () => void {
  const stops = [
    on('changed', ({ types, ids }) => gatherChange(types, ids)),
    on('job', applyJob),
    on('sync', () => { void loadSync(); }),
    on('points', ({ runId, points }) => appendPoints(runId, points)),
    on('shell.changed', applyShell),
    onChange(reloadChanged),
    useShell.subscribe((now, before) => {
      const engine = now.shell.status === 'ready' ? `${now.shell.value.engine} ${now.shell.value.project?.folder ?? ''}` : '';
      const engineBefore = before.shell.status === 'ready' ? `${before.shell.value.engine} ${before.shell.value.project?.folder ?? ''}` : '';
      if (engine !== engineBefore) void onEngine(engine.startsWith('ready'));
    }),
  ];
  void loadShell();
  return () => { for (const stop of stops) stop(); };
}

async function onEngine(isReady: boolean): Promise<void> {
  clearProject();
  clearJobs();
  clearSync();
  for (const { listing } of listings) listing.clear();
  if (isReady) await Promise.all([loadProject(), loadSync(), loadJobs(), ...listings.map(({ listing }) => listing.reload())]);
}

function reloadChanged({ types }: Change): void {
  void loadProject();
  for (const { listing, types: shown } of listings) if (shown.some((type) => types.has(type))) void listing.reload();
}
