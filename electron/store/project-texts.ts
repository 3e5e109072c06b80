/**
 * The texts that a new project begins with, for people who come upon the folder without Assay; the program that checks it
 * without Assay among them. Nothing signs them, so a verifier compares them with what each version wrote.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { ioFailure } from '../files/failures.ts';
import { sha256Hex } from '../files/hashing.ts';

export const textNames = ['README-FIRST.txt', '.gitattributes', '.stignore-assay', 'verify/verify.py', 'verify/words.txt'] as const;
type TextName = (typeof textNames)[number];

/** What this version writes. @throws files/* */
export async function projectTexts(): Promise<Record<TextName, Uint8Array>> {
  return {
    'README-FIRST.txt': encode(readme),
    '.gitattributes': encode('* -text\n'),
    '.stignore-assay': encode('~assay-*\n'),
    'verify/verify.py': await verifierProgram(),
    'verify/words.txt': fingerprintWords(),
  };
}

/** SHA-256 of all that any version wrote, by name. @throws files/* */
export async function knownTexts(): Promise<Record<string, string[]>> {
  return Object.fromEntries(Object.entries(await projectTexts()).map(([name, bytes]) => [name, [sha256Hex(bytes), ...earlier[name as TextName]]]));
}

/** The program in Python's standard library that checks a folder or an unpacked archive. @throws files/* */
export async function verifierProgram(): Promise<Uint8Array> {
  try {
    return await readFile(programPath);
  } catch (thrown) {
    throw ioFailure(thrown, programPath);
  }
}

/** The words of fingerprints, one a line, for that program. */
export function fingerprintWords(): Uint8Array {
  return encode(`${wordlist.join('\n')}\n`);
}

/** From the sources (electron/store) and from the build (out/main, out/cli, out/chunks) it is as many levels up. */
const programPath = fileURLToPath(new URL('../../resources/verify/verify.py', import.meta.url));

/** What versions before this one wrote; golden projects of theirs are in the tests. */
const earlier: Readonly<Record<TextName, readonly string[]>> = {
  'README-FIRST.txt': ['b2a715175527d8ca4ea7e888b83714833d06b54210676ac915e187ff1885ded0'],
  '.gitattributes': [],
  '.stignore-assay': [],
  'verify/verify.py': [],
  'verify/words.txt': [],
};

const readme = `This folder is an Assay project. Open it with the Assay app.

Every file here is written once and never changed. It is safe to keep the folder in a file sync, on a shared drive or
in git. Please do not edit, rename or convert the files, and do not delete any of them: what one computer deletes, the
others may lose.

  assay.json   what this folder is
  log/         who did what and when: one folder per device, signed text files
  obj/         data and models; a file is named by the SHA-256 of its content (folder name + file name)
  seal/        what a device had seen of all the others at some time, signed
  verify/      a program that checks all of it without Assay

To check everything without Assay:  python3 verify/verify.py
To check a data file alone:         sha256sum obj/ab/cdef...   prints  abcdef...
`;

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
