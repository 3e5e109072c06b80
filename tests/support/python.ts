/** Python and the verifier that a project carries, where Python is there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectTexts } from '../../electron/store/project-texts.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import type { Files } from './verify-files.ts';

export const hasPython = works('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']);
export const hasMinisign = works('minisign', ['-v']);

export interface PythonTask {
  readonly base: string;
  readonly changes?: Readonly<Record<string, Uint8Array | null>>;
}

/** What verify.py says of each folder: `bases` with the changes of each task. One process for all. */
export async function verifyInPython(directory: string, bases: Readonly<Record<string, Files>>, tasks: readonly PythonTask[]): Promise<VerifyReport[]> {
  for (const name of ['verify/verify.py', 'verify/words.txt'] as const) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), (await projectTexts())[name]);
  }
  const encode = (files: Iterable<readonly [string, Uint8Array | null]>) => (
    Object.fromEntries([...files].map(([path, bytes]) => [path, bytes && Buffer.from(bytes).toString('base64')])));
  const lines = [
    ...Object.entries(bases).map(([name, files]) => ({ name, files: encode(files) })),
    ...tasks.map(({ base, changes }) => ({ base, files: encode(Object.entries(changes ?? {})) })),
  ];
  const input = join(directory, 'tasks.jsonl');
  writeFileSync(input, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const driver = join(import.meta.dirname, 'verify_driver.py');
  const output = execFileSync('python3', ['-B', driver, join(directory, 'verify/verify.py'), input], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return output.trimEnd().split('\n').map((line) => JSON.parse(line) as VerifyReport);
}

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
