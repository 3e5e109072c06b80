/** Images that were damaged on their way, imported together by the real process: each is a row or left out with a reason, and nothing else is disturbed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerClient } from '../../electron/jobs/worker-client.ts';
import { planAsFound } from '../../shared/domain/datasets.ts';
import { count } from '../support/counts.ts';
import { damaged } from '../support/damaged-tables.ts';
import { dataFolder } from '../support/data-files.ts';
import { jpegFile, pngFile } from '../support/image-files.ts';
import { testLauncher } from '../support/launcher.ts';
import { createDice } from '../support/sim/dice.ts';

const folder = dataFolder();
let importer: WorkerClient<'data'>;
beforeAll(() => {
  importer = new WorkerClient('data', testLauncher(), { memoryMb: 2500 });
});
afterAll(async () => {
  await importer.close();
});

const png = pngFile({ width: 9, height: 7, channels: 3, values: Uint8Array.from({ length: 189 }, (_, at) => (at * 37) % 256) });
const jpeg = jpegFile([[10, 200, 50], [128, 0, 255]], { orientation: 6 });
const pieces = ['\xff\xd9', '\xff\xda', '\xff\xc4', '\xff\xff', 'IHDR', 'IDAT', 'IEND', 'PLTE', 'Exif\0\0'];

test('however images are damaged, each is a row or left out with its reason, and the next import goes on', async () => {
  const rounds = count(200);
  const path = join(folder.root, 'damaged');
  await mkdir(path, { recursive: true });
  for (let round = 0; round < rounds; round += 1) {
    await writeFile(join(path, `${round}.png`), damaged(png, createDice(`png ${round}`), pieces));
    await writeFile(join(path, `${round}.jpg`), damaged(jpeg, createDice(`jpeg ${round}`), pieces));
  }
  await writeFile(join(path, 'whole.png'), png);
  const sniff = await importer.run('sniff', { path });
  const found = await importer.run('import', { path, plan: planAsFound(sniff), outPath: join(folder.root, 'damaged.parquet') });
  expect(found.fileCount).toBe(rounds * 2 + 1);
  expect(found.rowCount + (found.leftOut?.count ?? 0)).toBe(rounds * 2 + 1);
  expect(found.leftOut?.count).toBeGreaterThan(rounds / 4);
  for (const { reason } of found.leftOut?.files ?? []) expect(reason).toMatch(/^(it|its) /);
  // What was taken in can be shown and made into pixels.
  const table = { path: join(folder.root, 'damaged.parquet'), columns: found.columns };
  const shown = await importer.run('images', { table, column: 'image', rows: Array.from({ length: 60 }, (_, row) => row), side: 16 });
  expect(shown.filter((image) => 'problem' in image)).toEqual([]);
  const pixels = await importer.run('pixels', { table, settings: { column: 'image', width: 2, height: 2, colours: 'grey' }, keep: ['file'], outPath: join(folder.root, 'pixels.parquet') });
  expect(pixels.rowCount).toBe(found.rowCount);
});
