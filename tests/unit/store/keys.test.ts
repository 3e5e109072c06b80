import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeDisk } from '../../../electron/files/disk.ts';
import { loadDeviceKey } from '../../../electron/store/keys.ts';
import { seededRandom, temporaryDirectory } from '../../support/stores.ts';

it('the device key is made once, and nobody but its owner can read it', async () => {
  const folder = temporaryDirectory();
  const writer = { disk: nodeDisk, random: seededRandom('key') };
  const { deviceId } = await loadDeviceKey(writer, folder);
  expect(statSync(join(folder, 'install/device.json')).mode & 0o777).toBe(0o600);
  expect((await loadDeviceKey(writer, folder)).deviceId).toBe(deviceId);
});
