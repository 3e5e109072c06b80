/** Reads a passphrase from a file, or from the terminal without showing it. It is never taken from the command line. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { fail } from '../../shared/errors.ts';
import { ioFailure } from '../files/failures.ts';

/** @throws AppError cli/usage where nobody can be asked, or where a new one was typed in two ways */
export async function readPassphrase(file: string | undefined, { isNew }: { isNew: boolean }): Promise<string> {
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw ioFailure(cause, file);
    });
    return text.split(/\r?\n/)[0] ?? '';
  }
  if (!process.stdin.isTTY) throw fail('cli/usage', { message: 'The passphrase is asked for on a terminal; without one, give --passphrase-file.' });
  const first = await ask('Passphrase: ');
  if (isNew && (await ask('The same again: ')) !== first) throw fail('cli/usage', { message: 'The two passphrases are not the same.' });
  return first;
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
