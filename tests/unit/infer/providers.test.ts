import { describe, expect, it } from 'vitest';
import { judge, measureProvider, relativeDifference } from '../../../electron/infer/provider-check.ts';
import { readProfiles } from '../../../electron/infer/provider-profile.ts';
import { missingBefore, obstacleOf, probeProvider, surveyProviders, type Surroundings } from '../../../electron/infer/providers.ts';
import { openSession } from '../../../electron/infer/session.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import { providerNames } from '../../../shared/domain/train-config.ts';

function aModel(): Uint8Array {
  const graph = new Graph('sum');
  const x = graph.input('x', 'float32', [2]);
  graph.output('y', ops(graph).add(x, x));
  return writeOnnx(graph);
}

const places = (platform: NodeJS.Platform, arch: string, builtIn: readonly string[], files: readonly string[] = []): Surroundings => ({
  platform, arch, version: '1.30.0', builtIn: new Set(builtIn), hasLibrary: (file) => files.includes(file), hasVulkan: false,
});

describe('a survey of providers', () => {
  it('finds nothing in the way of the CPU, and says why and what to do wherever something is', () => {
    const { version, obstacles } = surveyProviders();
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(obstacles.cpu).toBeNull();
    expect(Object.keys(obstacles)).toEqual([...providerNames]);
    for (const obstacle of Object.values(obstacles).filter((each) => each !== null)) {
      expect(obstacle.reason).toMatch(/^[A-Z].{15,}\.$/);
      expect(obstacle.fix).toMatch(/^[A-Z].{15,}\.$/);
    }
  });

  it('names the files that CUDA lacks on Linux, and wants to try it once they are there', () => {
    const stock = ['cpu', 'webgpu', 'cuda', 'tensorrt'];
    const shared = 'libonnxruntime_providers_shared.so';
    expect(missingBefore('cuda', places('linux', 'x64', stock))?.reason).toContain(`${shared} and libonnxruntime_providers_cuda.so`);
    expect(missingBefore('cuda', places('linux', 'x64', stock, [shared]))?.reason).toMatch(/Not installed: libonnxruntime_providers_cuda\.so,/);
    expect(missingBefore('cuda', places('linux', 'x64', stock, [shared, 'libonnxruntime_providers_cuda.so']))).toBeNull();
    expect(missingBefore('tensorrt', places('linux', 'x64', stock, [shared, 'libonnxruntime_providers_cuda.so']))?.fix).toContain('TensorRT 10');
  });

  it.each([
    ['win32', 'x64', ['cpu', 'dml', 'webgpu'], 'cuda', 'DirectML or WebGPU'],
    ['darwin', 'arm64', ['cpu', 'coreml', 'webgpu'], 'dml', 'Core ML or WebGPU'],
    ['linux', 'arm64', ['cpu'], 'webgpu', 'the CPU'],
  ] as const)('on %s %s offers what that system has', (platform, arch, builtIn, asked, offered) => {
    for (const name of builtIn) expect(missingBefore(name, places(platform, arch, builtIn))).toBeNull();
    expect(missingBefore(asked, places(platform, arch, builtIn))?.fix).toContain(offered);
  });

  it('tells a missing Vulkan loader from a missing graphics card', () => {
    const error = 'Failed to get a WebGPU adapter: No supported adapters';
    expect(obstacleOf('webgpu', error, places('linux', 'x64', [])).reason).toContain('libvulkan.so.1');
    expect(obstacleOf('webgpu', error, { ...places('linux', 'x64', []), hasVulkan: true }).reason).toContain('No graphics card');
    expect(obstacleOf('webgpu', error, places('win32', 'x64', [])).reason).toContain('Direct3D 12');
  });
});

describe('trying a provider', () => {
  it('runs a product on the CPU and names the processor', async () => {
    expect(await probeProvider('cpu')).toMatchObject({ obstacle: null, device: expect.stringMatching(/./) });
  });

  it('gives the reason in ONNX Runtime\'s words where it does not start', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
    expect((await probeProvider(absent)).obstacle?.reason).toContain('backend not found');
  });
});

describe('a session', () => {
  it('on a provider that is not there is refused by name; the CPU does not take its place', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
    await expect(openSession(aModel(), { threadCount: 1, provider: absent })).rejects.toMatchObject({
      failure: { code: 'provider/unavailable', what: expect.stringMatching(/cannot be used: \S/), fix: expect.stringContaining('cpu or auto') },
    });
  });

  it('opens on the CPU by name as without one', async () => {
    const session = await openSession(aModel(), { threadCount: 1, provider: 'cpu' });
    expect(session.outputNames).toEqual(['y']);
    await session.release();
  });
});

describe('the check of a provider', () => {
  it('finds no difference between the CPU and itself, forward, backward and over ten steps, and times it', async () => {
    const steps: string[] = [];
    const check = await measureProvider('cpu', { report: (step) => steps.push(step), shouldStop: () => false });
    expect(check).toMatchObject({ differences: { forward: 0, gradient: 0, steps: 0 }, deviceShare: 1, operatorsOnCpu: [], tolerance: 0, hasPassed: true, failure: null });
    expect(Object.values(check.speeds).every((speed) => speed !== null && speed > 0)).toBe(true);
    expect(steps).toHaveLength(6);
  }, 180_000);

  it('ends when it is told to', async () => {
    await expect(measureProvider('cpu', { report: () => undefined, shouldStop: () => true })).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
  });

  it('fails a device that computes one percent too much, and says which part', () => {
    const cpu = Float32Array.of(1, -2, 3);
    const off = relativeDifference(cpu, cpu.map((value) => value * 1.01));
    expect(off).toBeCloseTo(0.01, 6);
    const verdict = judge('webgpu', { forward: 1e-6, gradient: off, steps: 1e-5 }, 0.9);
    expect(verdict).toMatchObject({ hasPassed: false, failure: 'The gradient differs from the CPU\'s by 0.010 of its size; up to 0.001 passes.' });
  });

  it('passes what rounding in another order makes, on other devices than the CPU only', () => {
    const rounding = { forward: 3e-7, gradient: 2e-6, steps: 4e-5 };
    expect(judge('webgpu', rounding, 0.9).hasPassed).toBe(true);
    expect(judge('cpu', rounding, 1).hasPassed).toBe(false);
  });

  it('fails a device on which nothing ran, though the CPU in its place gave the right numbers', () => {
    const { failure } = judge('webgpu', { forward: 0, gradient: 0, steps: 0 }, 0);
    expect(failure).toBe('No operator of a training step ran on it; all ran on the CPU in its place.');
  });

  it('reads from ONNX Runtime\'s profile what ran where, without the copies between', () => {
    const node = (provider: string, op: string) => ({ cat: 'Node', name: 'x', args: { provider: `${provider}ExecutionProvider`, op_name: op } });
    const text = JSON.stringify([{ cat: 'Session', args: {} }, node('WebGpu', 'MatMul'), node('WebGpu', 'Relu'), node('WebGpu', 'MemcpyFromHost'), node('CPU', 'Loop'), node('CPU', 'Loop')]);
    expect(readProfiles('webgpu', [text])).toEqual({ share: 0.5, onCpu: ['Loop'] });
    expect(readProfiles('webgpu', [])).toEqual({ share: 0, onCpu: [] });
  });

  it('fails what is not a number or has another length', () => {
    expect(relativeDifference(Float32Array.of(1, 2), Float32Array.of(1, NaN))).toBeNull();
    expect(relativeDifference(Float32Array.of(1), Float32Array.of(1, 2))).toBeNull();
    expect(relativeDifference(Float32Array.of(0, 0), Float32Array.of(0, 0))).toBe(0);
    expect(judge('dml', { forward: null, gradient: 0, steps: 0 }, 1).failure).toBe('The output is not a number.');
  });
});
