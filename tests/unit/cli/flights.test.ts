import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAssay } from '../../support/cli.ts';
import { flights, writeFlights } from '../../support/flights.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-flights-'));
  await writeFlights(join(folder, 'flights.csv'), 1);
  await writeFlights(join(folder, 'later.csv'), 2);
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command that must succeed; its JSON document. */
async function assay(...args: string[]): Promise<unknown> {
  const project = args[0] === 'new' ? [] : ['--project', join(folder, 'project')];
  const { code, stdout, stderr } = await runAssay([...args, ...project, '--json'], { ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' }, folder);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return JSON.parse(stdout);
}

it('three million flights are imported, tagged, profiled, queried, updated, trained on and compared by commands', async () => {
  const { rowCount, removedCount, changedCount } = flights;
  const later = rowCount - removedCount;
  const train = (version: number) => assay('train', `flights@${version}`, '--target', 'arrival', '--features', 'delay,distance', '--model', 'linear', '--epochs', '1', '--seed', '7');
  await assay('new', join(folder, 'project'));
  expect(await assay('import', join(folder, 'flights.csv'))).toMatchObject({ rowCount, isNew: true, warnings: [] });
  expect(await assay('tag', 'flights', 'source: BTS on-time')).toMatchObject({ tags: [{ key: 'source', value: 'BTS on-time' }] });
  expect(await assay('profile', 'flights')).toMatchObject({ columns: expect.arrayContaining([expect.objectContaining({ name: 'flight', missingCount: 0, distinctCount: rowCount, numeric: expect.objectContaining({ min: 1, max: rowCount, mean: (rowCount + 1) / 2 }) })]) });
  expect(await assay('sql', 'SELECT arrival, count(*) AS flights FROM flights GROUP BY arrival ORDER BY arrival', '--save', 'by arrival')).toMatchObject({ rowCount: 2, saved: { dataset: 'by arrival', version: 1, isNew: true } });
  expect(await train(1)).toMatchObject({ status: 'done', result: { rowCounts: { train: rowCount * 0.7 } } });
  await assay('register', 'R1', 'lateness');
  await rename(join(folder, 'later.csv'), join(folder, 'flights.csv'));
  expect(await assay('update', 'flights')).toMatchObject({ rowCount: later, isNew: true });
  expect(await train(2)).toMatchObject({ status: 'done' });
  const { effect, ...diff } = await assay('diff', 'flights', '--model', 'lateness') as { effect: { changedCount: number; rows: unknown[] } };
  expect(diff).toMatchObject({
    sentence: `${removedCount} rows removed, 3,000 rows changed in "delay".`,
    diff: { match: { kind: 'key', columns: ['flight'], isSuggested: true }, rows: { added: 0, removed: removedCount, changed: changedCount, unchanged: later - changedCount }, cellCount: changedCount },
  });
  expect(effect).toMatchObject({ target: 'arrival', rowCount: later });
  // Only a row whose delay changed can flip, and those that were late already do not.
  expect(effect.changedCount).toBeGreaterThan(changedCount / 2);
  expect(effect.changedCount).toBeLessThan(changedCount);
}, 900_000);
