import { describe, expect, it } from 'vitest';
import { getRun } from '../../electron/app/runs.ts';
import { suggestConfig } from '../../electron/app/suggest.ts';
import { startRerun, startTraining } from '../../electron/app/training.ts';
import { watched, openSession, floatTensor } from '../../electron/infer/session.ts';
import { measureProvider, probeProviders } from '../../electron/jobs/providers.ts';
import { testLauncher } from '../support/launcher.ts';
import { Graph } from '../../electron/ml/graph.ts';
import { writeOnnx } from '../../electron/ml/onnx-write.ts';
import { ops } from '../../electron/ml/ops/index.ts';
import { brokenDriver } from '../support/devices.ts';
import { penguinsPath } from '../support/penguins.ts';
import { aProject, importPath } from '../support/project.ts';

const limits = { probeSeconds: 1, measureSeconds: 1, memoryMb: 4000 };

describe('a driver', () => {
  it.each([
    ['crashes', 'SIGSEGV', 'signal SIGSEGV'], ['hangs', 'SIGSTOP', 'did not answer for 1 s'],
  ] as const)('that %s when it is tried is the reason shown, and every other provider is tried all the same', async (_, signal, words) => {
    const { launch, pids } = brokenDriver('webgpu', signal);
    const { probes, version } = await probeProviders({ launch, limits: { ...limits, probeSeconds: signal === 'SIGSTOP' ? 1 : 30 } });
    expect(probes.find(({ name }) => name === 'webgpu')).toMatchObject({ obstacle: { reason: expect.stringContaining(words), fix: expect.stringContaining('driver') } });
    expect(probes.map(({ name }) => name)).toEqual(['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu']);
    expect(version).not.toBe('');
    expect(pids).toHaveLength(1);
    await expect.poll(() => isAlive(pids[0]!)).toBe(false);
  });

  it('that crashes while it is measured fails its check in words', async () => {
    const check = await measureProvider('cpu', { launch: brokenDriver('cpu', 'SIGSEGV').launch, limits });
    expect(check).toMatchObject({ hasPassed: false, failure: expect.stringContaining('signal SIGSEGV'), speeds: { image: null } });
  });

  it('that goes away in the middle of the work is called lost, with what ONNX Runtime says', async () => {
    const graph = new Graph('sum');
    const x = graph.input('x', 'float32', [2]);
    graph.output('y', ops(graph).add(x, x));
    const session = watched(await openSession(writeOnnx(graph), { threadCount: 1 }), 'webgpu');
    const feeds = { x: floatTensor(Float32Array.of(1, 2), [2]) };
    expect((await session.run(feeds))['y']!.data).toEqual(Float32Array.of(2, 4));
    await session.release();
    await expect(session.run(feeds)).rejects.toMatchObject({ failure: { code: 'provider/lost', what: expect.stringMatching(/WebGPU stopped working .*: \S/), fix: expect.stringContaining('Resume') } });
  });
});

describe('a cancelled check', () => {
  it('ends at once and leaves no process', async () => {
    const controller = new AbortController();
    const work = measureProvider('cpu', { launch: testLauncher(), signal: controller.signal, onStep: () => controller.abort() });
    await expect(work).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
  });
});

describe('a run', () => {
  it('for a provider that is not there fails and says what to do; it does not go on with the CPU', async () => {
    const { context } = await aProject();
    const { versionId } = await importPath({ context }, penguinsPath);
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
    const config = { ...(await suggestConfig(context, versionId, 'species')), provider: absent } as const;
    const { runId, finished } = startTraining(context, { config, name: '' });
    await expect(finished).rejects.toMatchObject({ failure: { code: 'provider/unavailable' } });
    expect(getRun(context.store, runId)).toMatchObject({ status: 'failed', result: null, failure: expect.stringContaining('Choose the provider cpu or auto') });
  });

  it('on "auto" says which provider it took and why, samples what it takes, and runs again on the same', async () => {
    const { context } = await aProject();
    const { versionId } = await importPath({ context }, penguinsPath);
    const config = { ...(await suggestConfig(context, versionId, 'species')), provider: 'auto', maxEpochs: 3 } as const;
    const { runId, finished } = startTraining(context, { config, name: '' });
    await finished;
    const run = getRun(context.store, runId);
    expect(run).toMatchObject({ status: 'done', config: { provider: 'auto' }, environment: { provider: 'cpu', providerReason: 'Only the CPU is available on this computer.' } });
    expect(run.result!.resources).toMatchObject({ gpu: null, gpuReason: 'It runs on the CPU.' });
    expect(run.result!.resources!.peakMemoryBytes).toBeGreaterThan(20e6);
    expect(await startRerun(context, runId).finished).toMatchObject({ kind: 'bitwise-equal' });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
