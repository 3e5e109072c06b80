/** Which provider ran each operator of a session, from the profile that ONNX Runtime writes. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProviderName } from '../../shared/domain/train-config.ts';

/** How much of a program a provider ran itself. */
export interface DeviceUse {
  /** Of the operators that ran, those that ran on the provider; copies to and from it do not count. */
  readonly share: number;
  /** Kinds of operators that ran on the CPU in its place, in alphabetical order. */
  readonly onCpu: readonly string[];
}

const runtimeNames: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPUExecutionProvider', cuda: 'CUDAExecutionProvider', tensorrt: 'TensorrtExecutionProvider', dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider', webgpu: 'WebGpuExecutionProvider',
};

const Profile = z.array(z.object({ cat: z.string(), args: z.object({ provider: z.string().optional(), op_name: z.string().optional() }) }));

/** Runs `work`, which opens and releases sessions with the given profile prefix; what they ran where. */
export async function profiled<T>(provider: ProviderName, work: (profilePrefix: string) => Promise<T>): Promise<{ value: T; use: DeviceUse }> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-profile-'));
  try {
    const value = await work(join(folder, 'session'));
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    return { value, use: readProfiles(provider, texts) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function readProfiles(provider: ProviderName, texts: readonly string[]): DeviceUse {
  const ran = texts.flatMap((text) => Profile.parse(JSON.parse(text)))
    .filter(({ cat, args }) => cat === 'Node' && args.provider !== undefined && !args.op_name?.startsWith('Memcpy'));
  const own = ran.filter(({ args }) => args.provider === runtimeNames[provider]);
  const onCpu = provider === 'cpu' ? [] : ran.filter(({ args }) => args.provider === runtimeNames.cpu).map(({ args }) => args.op_name ?? '');
  return { share: ran.length === 0 ? 0 : own.length / ran.length, onCpu: [...new Set(onCpu)].sort() };
}
