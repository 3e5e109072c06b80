/**
 * Finds out whether ONNX Runtime can run on a provider, by running a tiny model on it, and puts into words why not.
 * The stock npm package has: cpu everywhere; webgpu on Windows, macOS and Linux x64; dml on Windows; coreml on macOS;
 * cuda and tensorrt on Linux x64 when their libraries lie beside it. A broken driver may crash or hang the caller.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { providerNames, type ProviderName } from '../../shared/domain/train-config.ts';
import { AppError, toFailure } from '../../shared/errors.ts';
import { Graph } from '../ml/graph.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import { ops } from '../ml/ops/index.ts';
import { floatTensor, floatsOf, onnxRuntimeVersion, openSession } from './session.ts';

/** Why a provider cannot be used, and what the user can do about it; both are sentences. */
export interface Obstacle {
  readonly reason: string;
  readonly fix: string;
}

export interface ProviderProbe {
  readonly name: ProviderName;
  /** null: it works. */
  readonly obstacle: Obstacle | null;
  readonly device: string | null;
}

export interface ProviderSurvey {
  /** Of ONNX Runtime. */
  readonly version: string;
  /** What can be told without trying; null: worth a try. */
  readonly obstacles: Readonly<Record<ProviderName, Obstacle | null>>;
}

/** Looks at what is installed, without opening a device. */
export function surveyProviders(): ProviderSurvey {
  const here = surroundings();
  return { version: here.version, obstacles: Object.fromEntries(providerNames.map((name) => [name, missingBefore(name, here)])) as ProviderSurvey['obstacles'] };
}

/** Tries a provider in this process. */
export async function probeProvider(name: ProviderName): Promise<Omit<ProviderProbe, 'name'>> {
  const error = await tryIt(name);
  return { device: name === 'cpu' ? (cpus()[0]?.model.trim() ?? null) : null, obstacle: error === null ? null : obstacleOf(name, error, surroundings()) };
}

/** What is known of the computer without opening a device. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Of ONNX Runtime. */
  readonly version: string;
  /** Providers that the package was built with. */
  readonly builtIn: ReadonlySet<string>;
  /** A file of ONNX Runtime lies beside its library. */
  hasLibrary(file: string): boolean;
  readonly hasVulkan: boolean;
}

function surroundings(): Surroundings {
  return {
    platform: process.platform, arch: process.arch, version: onnxRuntimeVersion(),
    builtIn: new Set(listSupportedBackends().map(({ name }) => name)),
    hasLibrary: (file) => existsSync(join(libraryFolder(), file)),
    hasVulkan: vulkanLoaders.some((path) => existsSync(path)),
  };
}

/** What keeps a provider from working that can be told without trying; null when it is worth a try. */
export function missingBefore(name: ProviderName, here: Surroundings): Obstacle | null {
  if (!here.builtIn.has(name)) return notBuiltIn(name, here);
  if (here.platform !== 'linux' || (name !== 'cuda' && name !== 'tensorrt')) return null;
  const files = ['libonnxruntime_providers_shared.so', `libonnxruntime_providers_${name}.so`].filter((each) => !here.hasLibrary(each)).join(' and ');
  if (files === '') return null;
  return {
    reason: `Not installed: ${files}, which are too large to come with Assay.`,
    fix: `With an NVIDIA card and ${needs[name]}, put the files of ONNX Runtime ${here.version} for CUDA 12 beside libonnxruntime.so.1 of Assay. Else use WebGPU or the CPU.`,
  };
}

/** The words for what happened when it was tried. */
export function obstacleOf(name: ProviderName, error: string, here: Surroundings): Obstacle {
  if (name === 'webgpu' && /adapter/i.test(error)) {
    if (here.platform === 'linux' && !here.hasVulkan) {
      return { reason: 'The Vulkan loader, libvulkan.so.1, was not found.', fix: 'Install the driver of the graphics card and the Vulkan loader (package libvulkan1 or vulkan-loader).' };
    }
    const driver = here.platform === 'linux' ? 'a Vulkan driver' : here.platform === 'win32' ? 'a Direct3D 12 driver' : 'Metal';
    return { reason: `No graphics card with ${driver} was found; devices that only imitate one in software are not used.`, fix: 'Install or update the driver of the graphics card. Without a graphics card, use the CPU.' };
  }
  if (name === 'cuda' || name === 'tensorrt') {
    return { reason: `It did not start: ${sentence(error)}`, fix: `Check that nvidia-smi shows the card and that the libraries of ${needs[name]} are on the loader's path.` };
  }
  if (name === 'cpu') return { reason: `ONNX Runtime does not work here: ${sentence(error)}`, fix: 'Install Assay again; a system library may be missing or too old.' };
  return { reason: `It did not start: ${sentence(error)}`, fix: 'Update the driver of the graphics card, or use the CPU.' };
}

const needs = { cuda: 'CUDA 12 and cuDNN 9', tensorrt: 'CUDA 12, cuDNN 9 and TensorRT 10' } as const;

function notBuiltIn(name: ProviderName, { platform, arch }: Surroundings): Obstacle {
  const use = platform === 'win32' ? 'DirectML or WebGPU' : platform === 'darwin' ? 'Core ML or WebGPU' : arch === 'x64' ? 'WebGPU, CUDA or the CPU' : 'the CPU';
  const where: Readonly<Record<ProviderName, string>> = {
    cpu: `no processor of this kind (${platform} ${arch})`, cuda: 'Linux on x64 only', tensorrt: 'Linux on x64 only', dml: 'Windows only', coreml: 'macOS only', webgpu: 'Windows, macOS and Linux on x64 only',
  };
  return { reason: `ONNX Runtime has it for ${where[name]}.`, fix: `Nothing can be installed for it here; use ${use}.` };
}

/** Runs [2, 4] x [4, 2] wholly on the provider; what went wrong, or null. */
async function tryIt(name: ProviderName): Promise<string | null> {
  const graph = new Graph('probe');
  const op = ops(graph);
  const x = graph.input('x', 'float32', [2, 4]);
  graph.output('y', op.matMul(x, graph.constant('float32', [4, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8))));
  try {
    const session = await openSession(writeOnnx(graph), { threadCount: 1, provider: name, isWhole: name !== 'cpu' });
    const { y } = await session.run({ x: floatTensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 4]) });
    await session.release();
    const numbers = Array.from(floatsOf(y as Parameters<typeof floatsOf>[0]));
    return numbers.join() === '50,60,114,140' ? null : `a product of small matrices came out wrong (${numbers.join(', ')})`;
  } catch (thrown) {
    const { details, what } = toFailure(thrown);
    return thrown instanceof AppError ? String(details['reason'] ?? what) : String(details['message'] ?? what);
  }
}

const vulkanLoaders = [
  '/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib64/libvulkan.so.1', '/usr/lib/libvulkan.so.1', '/usr/local/lib/libvulkan.so.1',
];

function libraryFolder(): string {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
