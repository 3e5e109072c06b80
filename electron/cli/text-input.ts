/** Text that a command is given: in a file, or on the standard input. */
import { readFile } from 'node:fs/promises';
import { ioFailure } from '../files/failures.ts';

/** All of a file, or of the standard input where `file` is "-". @throws files/* */
export async function readText(file: string): Promise<string> {
  if (file !== '-') {
    return readFile(file, 'utf8').catch((cause: unknown) => {
      throw ioFailure(cause, file);
    });
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
