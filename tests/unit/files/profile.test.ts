import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeDisk } from '../../../electron/files/disk.ts';
import { keepPersonName, personName } from '../../../electron/files/profile.ts';
import { seededRandom, temporaryDirectory } from '../../support/stores.ts';

it('a person is called as the environment says, else as they said, else as their account', async () => {
  const folder = join(temporaryDirectory(), 'not there yet');
  expect(personName(folder, {})).toBe(userInfo().username);
  await keepPersonName({ disk: nodeDisk, random: seededRandom('x') }, folder, 'Änne');
  expect(personName(folder, {})).toBe('Änne');
  await keepPersonName({ disk: nodeDisk, random: seededRandom('y') }, folder, 'Anne');
  expect(personName(folder, {})).toBe('Anne');
  expect(personName(folder, { ASSAY_PERSON: 'Env' })).toBe('Env');
});

it('a profile that cannot be read counts as none, and stops nobody', () => {
  const folder = temporaryDirectory();
  for (const content of ['', '{', '[]', '{"format":1}', '{"format":1,"person":""}', '{"format":2,"person":"x"}', `{"format":1,"person":"${'x'.repeat(200)}"}`]) {
    writeFileSync(join(folder, 'profile.json'), content);
    expect(personName(folder, {})).toBe(userInfo().username);
  }
  const other = temporaryDirectory();
  mkdirSync(join(other, 'profile.json'));
  expect(personName(other, {})).toBe(userInfo().username);
});
