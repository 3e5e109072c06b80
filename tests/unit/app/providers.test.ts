import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Providers } from '../../../electron/app/providers.ts';
import { ModelSpec, providerNames } from '../../../shared/domain/train-config.ts';
import { ProviderStatus } from '../../../shared/domain/providers.ts';
import { testLauncher } from '../../support/launcher.ts';
import type { WorkerLauncher } from '../../../electron/jobs/worker-link.ts';
import { disguisedCpu } from '../../support/devices.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-providers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const model = ModelSpec.parse({ kind: 'mlp', hidden: [8] });
const providersIn = (userDataDir: string, launchWorker: WorkerLauncher = testLauncher()): Providers => new Providers({ launchWorker, userDataDir, clock: () => 42 });

describe('the providers of this computer', () => {
  it('are all listed: the CPU works, and each other one works or says why not and what to do', async () => {
    const statuses = await providersIn(join(folder, 'fresh')).list();
    expect(statuses.map(({ name }) => name)).toEqual([...providerNames]);
    for (const status of statuses) {
      expect(ProviderStatus.parse(status)).toEqual(status);
      expect(status.isAvailable).toBe(status.reason === null);
      expect(status.isAvailable || (status.reason ?? '').length > 10 && (status.fix ?? '').length > 10).toBe(true);
      expect(status.measurement).toBeNull();
    }
    expect(statuses[0]).toMatchObject({ name: 'cpu', isAvailable: true });
  });

  it('keep their check across restarts, until the version or the computer is another', async () => {
    const userDataDir = join(folder, 'kept');
    const steps: string[] = [];
    const checked = await providersIn(userDataDir).check({ onProgress: (done, total, step) => steps.push(`${done}/${total} ${step}`) });
    expect(checked[0]!.measurement).toMatchObject({ provider: 'cpu', hasPassed: true, differences: { forward: 0, gradient: 0, steps: 0 }, measuredAtMs: 42 });
    expect(steps[0]).toBe('0/1 Looking for devices');
    expect(steps).toContain('0/1 CPU: comparing a perceptron with the CPU');
    expect(await providersIn(userDataDir).list()).toEqual(checked);

    const path = join(userDataDir, 'providers.json');
    const kept = await readFile(path, 'utf8');
    for (const other of [kept.replace('"version":"', '"version":"9'), kept.replace('"computer":"', '"computer":"another '), kept.slice(0, 40)]) {
      await writeFile(path, other);
      expect((await providersIn(userDataDir).list())[0]!.measurement).toBeNull();
    }
  }, 180_000);
});

describe('choosing a provider', () => {
  it('takes the CPU at once where it is asked for, and says when it is the only one', async () => {
    const providers = providersIn(join(folder, 'choose'));
    expect(await providers.choose({ provider: 'cpu', model })).toEqual({ provider: 'cpu', reason: 'The configuration asks for it.' });
    const statuses = await providers.list();
    if (statuses.filter(({ isAvailable }) => isAvailable).length === 1) {
      expect(await providers.choose({ provider: 'auto', model })).toEqual({ provider: 'cpu', reason: 'Only the CPU is available on this computer.' });
    }
  });

  it('measures first where there is more than one and nothing was measured, and once only', async () => {
    const userDataDir = join(folder, 'two');
    const providers = providersIn(userDataDir, disguisedCpu('webgpu'));
    const steps: string[] = [];
    const choice = await providers.choose({ provider: 'auto', model }, { onProgress: (_done, _total, step) => steps.push(step) });
    expect(choice.reason).toMatch(/^(CPU|WebGPU) trained a network like this one .* times as fast as (CPU|WebGPU) on this computer\.$/);
    expect(steps).toContain('WebGPU: timing a small perceptron');
    steps.length = 0;
    expect(await providers.choose({ provider: 'auto', model }, { onProgress: (_done, _total, step) => steps.push(step) })).toEqual(choice);
    expect(steps).toEqual([]);
    expect(await providers.choose({ provider: 'webgpu', model })).toEqual({ provider: 'webgpu', reason: 'The configuration asks for it.' });
  }, 180_000);

  it('refuses by name what is not there', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
    await expect(providersIn(join(folder, 'absent')).choose({ provider: absent, model })).rejects.toMatchObject({
      failure: { code: 'provider/unavailable', details: { reason: expect.stringMatching(/only$/) } },
    });
  });
});

it('closing ends what is being looked at', async () => {
  const providers = providersIn(join(folder, 'closed'));
  const looking = providers.list();
  providers.close();
  await expect(looking).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
});
