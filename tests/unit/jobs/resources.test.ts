import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readToolLine, startGpuSampler } from '../../../electron/jobs/gpu-sampler.ts';
import { ResourceSampler } from '../../../electron/jobs/resources.ts';
import { ResourceSample, ResourceSummary } from '../../../shared/domain/resources.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-resources-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the sampler of a run', () => {
  it('takes a sample a second, however often it is asked, and sums them up', () => {
    let nowMs = 0;
    const sampler = new ResourceSampler({ usesGpu: false, now: () => nowMs });
    expect(sampler.latest()).toBeNull();
    nowMs = 1000;
    const first = sampler.latest();
    expect(ResourceSample.parse(first)).toEqual(first);
    expect(first).toMatchObject({ gpu: null, gpuReason: 'It runs on the CPU.' });
    expect(first!.memoryBytes).toBeGreaterThan(10e6);
    nowMs = 1999;
    expect(sampler.latest()).toBe(first);
    nowMs = 2000;
    expect(sampler.latest()).not.toBe(first);
    const summary = sampler.stop();
    expect(ResourceSummary.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({ sampleCount: 3, gpu: null });
    expect(summary.peakMemoryBytes).toBeGreaterThanOrEqual(first!.memoryBytes);
  });
});

describe('the sampler of a graphics card', () => {
  it('reads what nvidia-smi says, with what it does not know as unknown', () => {
    expect(readToolLine('NVIDIA H100 80GB HBM3, 45, 1024, 81559')).toEqual({ device: 'NVIDIA H100 80GB HBM3', utilisation: 45, memoryBytes: 1024 * 2 ** 20, memoryTotalBytes: 81559 * 2 ** 20 });
    expect(readToolLine('GeForce GT 1030, [N/A], 512, 2048')).toMatchObject({ utilisation: null, memoryBytes: 512 * 2 ** 20 });
    expect(readToolLine('No devices were found')).toBeNull();
  });

  it('follows the tool of the system for as long as it runs', async () => {
    const tool = join(folder, 'nvidia-smi');
    await writeFile(tool, '#!/bin/sh\nn=0\nwhile :; do n=$((n+1)); echo "Card, $n, 100, 1000"; sleep 0.05; done\n');
    await chmod(tool, 0o755);
    const sampler = startGpuSampler({ tools: [tool] });
    expect(sampler.reason()).toBe('nvidia-smi has not answered yet.');
    await expect.poll(() => sampler.latest()?.utilisation ?? 0).toBeGreaterThan(1);
    expect(sampler.reason()).toBeNull();
    sampler.stop();
  });

  it('says why there is nothing: a tool that fails, or none', async () => {
    const tool = join(folder, 'broken-smi');
    await writeFile(tool, '#!/bin/sh\nexit 9\n');
    await chmod(tool, 0o755);
    const broken = startGpuSampler({ tools: [tool] });
    await expect.poll(() => broken.reason()).toBe('nvidia-smi ended with code 9.');
    const none = startGpuSampler({ tools: [], cards: join(folder, 'nothing') });
    expect([none.latest(), none.reason()]).toEqual([null, expect.stringContaining('neither nvidia-smi nor')]);
  });

  it('reads a card of Linux\'s AMD driver from its files', async () => {
    const card = join(folder, 'drm', 'card1', 'device');
    await mkdir(card, { recursive: true });
    await mkdir(join(folder, 'drm', 'card0', 'device'), { recursive: true });
    for (const [file, text] of [['gpu_busy_percent', '37\n'], ['mem_info_vram_used', '1000000\n'], ['mem_info_vram_total', '8000000\n']] as const) await writeFile(join(card, file), text);
    const sampler = startGpuSampler({ tools: [], cards: join(folder, 'drm') });
    expect(sampler.latest()).toEqual({ device: 'AMD graphics card', utilisation: 37, memoryBytes: 1e6, memoryTotalBytes: 8e6 });
    sampler.stop();
  });
});
