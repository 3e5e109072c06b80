/** Runs the real `assay` command in a process of its own. */
import { execFile } from 'node:child_process';
import { assayEntry } from './launcher.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runAssay(args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: '1', ...env }, ...(cwd !== undefined && { cwd }) };
    execFile(process.execPath, ['--no-warnings', assayEntry, ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr });
    });
  });
}
