import { expect, it } from 'vitest';
import { getRun, listRuns } from '../../electron/app/runs.ts';
import { suggestConfig } from '../../electron/app/suggest.ts';
import { startTraining } from '../../electron/app/training.ts';
import { penguinsPath } from '../support/penguins.ts';
import { aProject, importPath } from '../support/project.ts';

it('twenty runs that are asked for at once train one after the other in that order, and each ends', async () => {
  const project = await aProject();
  const { context, events } = project;
  const { versionId } = await importPath(project, penguinsPath);
  const config = { ...(await suggestConfig(context, versionId, 'species')), maxEpochs: 2 };
  const started = Array.from({ length: 20 }, (_, i) => startTraining(context, { config: { ...config, seed: i }, name: `run ${i}` }));
  const pids = new Set<number | null>();
  started.forEach(({ finished }) => void finished.then(async () => pids.add(await context.trainer.pid())));
  await Promise.all(started.map(({ finished }) => finished));

  expect(listRuns(context).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'done'));
  const ended = events.filter(({ event, payload }) => event === 'job' && (payload as { kind: string; status: string }).kind === 'train' && (payload as { status: string }).status === 'done');
  const order = ended.map(({ payload }) => (payload as { subject: { runId: string } }).subject.runId);
  expect(order).toEqual(started.map(({ runId }) => runId));
  const ends = started.map(({ runId }) => getRun(context.store, runId).endedAtMs!);
  expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  expect(new Set(started.map(({ runId }) => getRun(context.store, runId).result!.weightsHash)).size).toBe(20);
  expect(pids.size).toBe(1);
}, 120_000);
