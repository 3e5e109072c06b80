import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportArchive } from '../../electron/app/archive.ts';
import { listDatasets } from '../../electron/app/datasets.ts';
import { listReports, startDrift } from '../../electron/app/drift.ts';
import { getRun } from '../../electron/app/runs.ts';
import { suggestConfig } from '../../electron/app/suggest.ts';
import { startTraining } from '../../electron/app/training.ts';
import { faultyDisk } from '../support/faulty-disk.ts';
import { penguinsPath } from '../support/penguins.ts';
import { codeThrownBy, filesBelow } from '../support/stores.ts';
import { aProject, importPath, type TestProject } from '../support/project.ts';

/** A project with one dataset on a disk that is full until it is healed, but for what `before` needs. */
async function fullProject(): Promise<{ project: TestProject; disk: ReturnType<typeof faultyDisk>; objectsBefore: number }> {
  const counting = faultyDisk('write', 'ENOSPC', Number.MAX_SAFE_INTEGER);
  const trial = await aProject({ disk: counting });
  await importPath(trial, penguinsPath);
  await trial.context.store.flush();
  const disk = faultyDisk('write', 'ENOSPC', counting.attempts());
  const project = await aProject({ disk });
  await importPath(project, penguinsPath);
  await project.context.store.flush();
  return { project, disk, objectsBefore: project.context.store.stats().objectCount };
}

async function nothingHalfWritten({ context, folder }: TestProject): Promise<void> {
  expect(await readdir(context.store.scratchDir())).toEqual([]);
  expect(filesBelow(join(folder, 'project')).filter((name) => name.includes('~assay'))).toEqual([]);
}

describe('a disk that is full', () => {
  it('stops an import, a drift report and an export in words; after room is made each works', async () => {
    const { project, disk, objectsBefore } = await fullProject();
    const { context, folder } = project;
    await writeFile(join(folder, 'b.csv'), 'x\n1\n2\n');
    const versionId = listDatasets(context)[0]!.versions[0]!.id;
    const drift = () => startDrift(context, { name: 'd', spec: { kind: 'cut', version: versionId, cutBy: 'island', period: null, referenceWindows: 1, columns: ['body_mass_g'] } }).finished;
    const work = [() => importPath(project, join(folder, 'b.csv')), drift, () => exportArchive(context, join(folder, 'out/x.eln'))];
    for (const act of work) {
      expect(await codeThrownBy(act)).toBe('files/disk-full');
      await nothingHalfWritten(project);
    }
    expect(context.store.stats().objectCount).toBe(objectsBefore);
    expect([listDatasets(context).length, listReports(context).length, filesBelow(join(folder, 'out'))]).toEqual([1, 0, []]);
    disk.heal();
    for (const act of work) expect(await codeThrownBy(act)).toBe('');
  });

  it('at the end of a training fails the run in words, and the run is in the log once there is room', async () => {
    const { project, disk } = await fullProject();
    const { context } = project;
    const config = { ...(await suggestConfig(context, listDatasets(context)[0]!.versions[0]!.id, 'species')), maxEpochs: 2 };
    const { runId, finished } = startTraining(context, { config, name: '' });
    expect(await codeThrownBy(() => finished)).toBe('files/disk-full');
    expect(getRun(context.store, runId)).toMatchObject({ status: 'failed', failure: expect.stringContaining('The disk is full') });
    await nothingHalfWritten(project);
    disk.heal();
    await project.close();
    const again = (await project.reopen()).context;
    expect(getRun(again.store, runId).status).toBe('failed');
    expect(await again.store.verify()).toMatchObject({ outcome: 'verified' });
  });
});
