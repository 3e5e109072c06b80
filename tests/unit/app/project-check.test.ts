import { describe, expect, it } from 'vitest';
import { createPage } from '../../../electron/app/pages.ts';
import { startVerifyProject } from '../../../electron/app/project-check.ts';
import { diagnose, listHeads } from '../../../electron/app/project.ts';
import { codeThrownBy, temporaryDirectory } from '../../support/stores.ts';
import { exchange, twoPeople } from '../../support/people.ts';

describe('the check of a project', () => {
  it('is a job whose outcome is the report, with what was not in the folder yet', async () => {
    const { ana } = await twoPeople(temporaryDirectory());
    createPage(ana.context, 'Findings');
    const { jobId, finished } = startVerifyProject(ana.context);
    expect(await finished).toMatchObject({ outcome: 'verified', findings: [] });
    const job = ana.context.jobs.list().find(({ id }) => id === jobId);
    expect(job).toMatchObject({ kind: 'verify', status: 'done', outcome: { outcome: 'verified' } });
    expect(ana.store.publishing().unpublishedCount).toBe(0);
  });

  it('ends when it is cancelled', async () => {
    const { ana } = await twoPeople(temporaryDirectory());
    const { jobId, finished } = startVerifyProject(ana.context);
    ana.context.jobs.cancel(jobId);
    expect(await codeThrownBy(() => finished)).toBe('job/cancelled');
    expect(ana.context.jobs.list().find(({ id }) => id === jobId)?.status).toBe('cancelled');
  });

  it('knows a signer who was named by their key', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    createPage(ben.context, 'From Ben');
    await exchange(ana, ben);
    expect((await startVerifyProject(ana.context).finished).outcome).toBe('verified-signer-unknown');
    expect((await startVerifyProject(ana.context, [ben.store.signingKey.publicKey]).finished).outcome).toBe('verified');
  });
});

describe('the diagnostics', () => {
  it('are the same state on two computers that have the same, with what each holds', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    createPage(ana.context, 'One');
    createPage(ben.context, 'Two');
    await exchange(ana, ben);
    const [one, two] = [await diagnose(ana.context), await diagnose(ben.context)];
    expect(one.stateHash).toBe(two.stateHash);
    expect(one.countsByType).toContainEqual({ type: 'page', count: 2 });
    expect(one).toMatchObject({ unpublishedCount: 0, problems: [] });
    expect(one.segmentCount).toBeGreaterThanOrEqual(3);
    expect(one.logSizeBytes).toBeGreaterThan(0);
    expect(listHeads(ana.context)).toEqual(listHeads(ben.context));
    expect(new Set(listHeads(ana.context).map(({ person }) => person))).toEqual(new Set(['Ana', 'Ben']));
  });
});
