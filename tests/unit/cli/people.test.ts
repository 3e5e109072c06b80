import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDevice, wordsMatch } from '../../../electron/cli/find-device.ts';
import type { People } from '../../../shared/contract/people.ts';
import type { Device } from '../../../shared/domain/people.ts';
import { runAssay, type Ran } from '../../support/cli.ts';
import { temporaryDirectory } from '../../support/stores.ts';

const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

function someDevice(id: string, person: string, name: string): Device {
  return {
    id: id as Device['id'], person, name, words: id.startsWith('a') ? words : words.toReversed(), trust: 'unconfirmed', isOwn: false, isConfirmedHere: false, confirmedBy: [], revoked: null, replaces: null,
    eventCount: 1, afterRevocationCount: 0, firstAtMs: null, lastAtMs: null,
  };
}

describe('the device that somebody means', () => {
  const devices = [someDevice('a234567890abcdef', 'Ben', 'bench'), someDevice('b234567890abcdef', 'Ben', ''), someDevice('c234567890abcdef', 'Cleo', 'Laptop')];

  it('is found by id, by the start of it, by person, by computer and by words', () => {
    for (const text of ['a234567890abcdef', 'A234', 'bench', 'Bench', 'one two three four five six seven eight']) expect(findDevice(devices, text).id).toBe('a234567890abcdef');
    expect(findDevice(devices, 'cleo').id).toBe('c234567890abcdef');
  });

  it('is asked for where it is none or could be several', () => {
    expect(() => findDevice(devices, 'Ben')).toThrow('"Ben" may be a234567890abcdef (bench) or b234567890abcdef; give the device.');
    for (const text of ['nobody', '', 'a2', '0']) expect(() => findDevice(devices, text)).toThrow('There is no device');
  });

  it('has words in one order, however they are written', () => {
    expect(wordsMatch('One, two; THREE four\nfive-six seven eight.', words)).toBe(true);
    for (const text of ['', 'one', words.toReversed().join(' '), `${words.join(' ')} nine`, words.join('')]) expect(wordsMatch(text, words)).toBe(false);
  });
});

it('two people confirm each other on the command line, and one goes on from paper on a third computer', async () => {
  const root = temporaryDirectory();
  const at = (person: string): string => join(root, person);
  const run = (person: string, ...args: string[]): Promise<Ran> => runAssay([...args, '--project', at(person)], { ASSAY_USER_DATA: join(root, `user-${person}`), ASSAY_PERSON: person });
  const people = async (person: string): Promise<People> => JSON.parse((await run(person, 'people', '--json')).stdout) as People;
  const sync = (from: string, to: string): void => cpSync(at(from), at(to), { recursive: true, force: false });

  await runAssay(['new', at('Ana'), '--name', 'P'], { ASSAY_USER_DATA: join(root, 'user-Ana'), ASSAY_PERSON: 'Ana' });
  sync('Ana', 'Ben');
  await run('Ben', 'people', 'name', 'bench', '--computer');
  sync('Ben', 'Ana');
  const ben = (await people('Ben')).devices[0]!;

  const wrong = await run('Ana', 'people', 'confirm', 'Ben', '--words', ben.words.toReversed().join(' '));
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('These are not the eight words of Ben, bench')]);
  expect((await run('Ana', 'people', 'confirm', 'Ben', '--words', ben.words.join(' '))).stdout).toContain('is confirmed');
  expect((await people('Ana')).devices).toMatchObject([{ person: 'Ana', trust: 'this' }, { person: 'Ben', name: 'bench', trust: 'confirmed' }]);

  const [sheet, pass] = [join(root, 'sheet.txt'), join(root, 'pass.txt')];
  writeFileSync(pass, 'a long passphrase\nand more\n');
  expect((await run('Ben', 'people', 'sheet', '--out', sheet)).code).toBe(2); // nobody can be asked here
  expect(existsSync(sheet)).toBe(false);
  expect((await run('Ben', 'people', 'sheet', '--out', sheet, '--passphrase-file', pass)).code).toBe(0);
  expect(statSync(sheet).mode & 0o777).toBe(0o600);
  expect((await run('Ben', 'people', 'sheet', '--out', sheet, '--passphrase-file', pass)).code).toBe(1); // it replaces no file

  sync('Ana', 'Ben');
  sync('Ben', 'Next');
  const typo = join(root, 'typo.txt');
  writeFileSync(typo, readFileSync(sheet, 'utf8').replace(/^(4 {2})./m, (line) => line.slice(0, 3) + (line[3] === '2' ? '3' : '2')));
  const misread = await run('Next', 'people', 'recover', typo, '--passphrase-file', pass);
  expect([misread.code, misread.stderr]).toEqual([1, expect.stringContaining('Line 4 of the code is not right')]);
  expect((await run('Next', 'people', 'recover', sheet, '--passphrase-file', pass)).stdout).toContain('goes on for Ben');
  sync('Next', 'Ana');
  expect((await people('Ana')).devices).toMatchObject([{ trust: 'this' }, { person: 'Ben', name: 'bench', trust: 'confirmed' }, { person: 'Ben', trust: 'confirmed', isConfirmedHere: false, replaces: ben.id }]);

  expect((await run('Ana', 'people', 'revoke', 'bench', '--why', 'Lost')).stdout).toContain('is revoked');
  expect((await run('Ana', 'people')).stdout).toMatch(/Ben +bench +\w{16} +revoked by Ana/);
}, 120_000);
