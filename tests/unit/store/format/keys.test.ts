import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeDisk } from '../../../../electron/files/disk.ts';
import { loadIdentity } from '../../../../electron/store/identity/identity.ts';
import { deviceKey, isFingerprintOf, keyFilePath, readDeviceSeed, wordsOf } from '../../../../electron/store/format/keys.ts';
import { codeThrownBy, temporaryDirectory } from '../../../support/stores.ts';

const identity = (folder: string, machine = 'this') => loadIdentity({ writer: { disk: nodeDisk, random: (n) => randomBytes(n) }, userDataDir: folder, machine, nowMs: Date.now() });

it('the device key is made once, and nobody but its owner can read it', async () => {
  const folder = temporaryDirectory();
  const { deviceId } = (await identity(folder)).key;
  expect(statSync(join(folder, 'install/device.json')).mode & 0o777).toBe(0o600);
  expect((await identity(folder)).key.deviceId).toBe(deviceId);
});

it('the eight words of a key are the first 88 bits of its SHA-256, 11 bits a word', () => {
  const { publicKey } = deviceKey('test', new Uint8Array(32).fill(7));
  // Computed with Python's hashlib and the word list of BIP-39.
  expect(wordsOf(publicKey)).toEqual(['write', 'annual', 'again', 'trap', 'regular', 'infant', 'ramp', 'replace']);
});

it('the private key of a device is found under its present and under its former name', async () => {
  const folder = temporaryDirectory();
  const keyed = (fill: number) => ({ seed: new Uint8Array(32).fill(fill), deviceId: deviceKey('x', new Uint8Array(32).fill(fill)).deviceId });
  const [old, present] = [keyed(3), keyed(4)];
  const content = ({ seed }: { seed: Uint8Array }): string => JSON.stringify({ format: 1, installId: 'x', privateKey: Buffer.from(seed).toString('base64') });
  mkdirSync(join(folder, 'install'));
  writeFileSync(keyFilePath(folder), content(present));
  writeFileSync(keyFilePath(folder, old.deviceId), content(old));
  expect(await readDeviceSeed(folder, present.deviceId)).toEqual(present.seed);
  expect(await readDeviceSeed(folder, old.deviceId)).toEqual(old.seed);
  expect(await codeThrownBy(() => readDeviceSeed(folder, '0'.repeat(16)))).toBe('files/not-found');
});

it('a fingerprint is known by its words however they are written down, and by the older groups', () => {
  const { publicKey } = deviceKey('test', new Uint8Array(32).fill(7));
  for (const text of ['write annual again trap regular infant ramp replace', ' Write, annual, AGAIN - trap\nregular infant ramp replace.', 'zt0j r4qk nd6e db2x ptdc 6mqs 0v5h p4ff']) {
    expect(isFingerprintOf(text, publicKey)).toBe(true);
  }
  for (const text of ['', 'write', 'write annual again trap regular infant ramp ramp', 'replace ramp infant regular trap again annual write']) {
    expect(isFingerprintOf(text, publicKey)).toBe(false);
  }
});
