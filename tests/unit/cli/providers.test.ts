import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProviderStatus } from '../../../shared/domain/providers.ts';
import { providerNames } from '../../../shared/domain/train-config.ts';
import { runAssay } from '../../support/cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-providers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = (...args: string[]) => runAssay(['check-providers', ...args], { ASSAY_USER_DATA: join(folder, 'user') }, folder);

describe('assay check-providers', () => {
  it('needs no project; prints one JSON document with every provider, and nothing on stderr', async () => {
    const { code, stdout, stderr } = await check('--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const statuses = z.array(ProviderStatus).parse(JSON.parse(stdout));
    expect(statuses.map(({ name }) => name)).toEqual([...providerNames]);
    expect(statuses[0]!.measurement).toMatchObject({ hasPassed: true, differences: { forward: 0, gradient: 0, steps: 0 } });
  }, 180_000);

  it('prints a table, and for each provider that is missing why and what to do; a missing one that is required makes exit code 3', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
    const { code, stdout } = await check('--require', absent);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Provider\s+Status\s+Output/);
    expect(stdout).toMatch(/^cpu\s+passed\s+0\s+0\s+0\s+0\s+[\d,]+/m);
    expect(stdout).toMatch(new RegExp(`^${absent}\\s+unavailable`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${absent}: .*only\\. Nothing can be installed`, 'm'));
  }, 180_000);

  it('refuses a provider that it does not know, and lists those there are', async () => {
    expect(await check('--require', 'tpu')).toMatchObject({ code: 2, stderr: expect.stringContaining('one of cpu, cuda, tensorrt, dml, coreml, webgpu') });
  });
});
