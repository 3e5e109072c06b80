/**
 * One side of a measurement of the data layer, in a process of its own, so that memory and caches of
 * one side do not help or hurt the other. Prints one JSON line: { elapsedMs, peakMb }, the memory with that of its worker.
 */
import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { diffTables } from '../../electron/data/diff.ts';
import { openDuck } from '../../electron/data/duck.ts';
import { importFile } from '../../electron/data/import.ts';
import { readColumns } from '../../electron/data/matrix.ts';
import { rowGroupSize } from '../../electron/data/parquet.ts';
import { profileFile } from '../../electron/data/profile.ts';
import { relateFile } from '../../electron/data/relations.ts';
import { readRows } from '../../electron/data/rows.ts';
import { readFirstRows } from '../../electron/data/rows-view.ts';
import { sniffFile } from '../../electron/data/sniff.ts';
import { nodeLauncher } from '../../electron/jobs/launch-node.ts';
import { WorkerClient } from '../../electron/jobs/worker-client.ts';
import { planAsFound } from '../../shared/domain/datasets.ts';

const [side, path = '', outPath = '', tempDir = ''] = process.argv.slice(2);
/** Of the sides that work in a process as the app does. */
const workers: WorkerClient<'data'>[] = [];
/** How many places of the huge table are shown, one after the other. */
const hugePlaces = 20;

/** 100 MB in 940,000 rows, 1 GB in 10,000,000: whole numbers, decimals with gaps, categories, a date, a time stamp, a truth value. */
const madeTable = (rowCount: number): string => `SELECT i AS id, CAST(hash(i) % 1000 AS INTEGER) AS visits, CAST(hash(i + 1) % 100000 AS INTEGER) AS amount,
  round(hash(i + 2) % 100000 / 997.0, 3) AS length, hash(i + 3) % 1000003 / 1000003.0 AS share, round(hash(i + 4) % 100000000 / 101.0, 2) AS price,
  CASE WHEN hash(i + 5) % 50 = 0 THEN NULL ELSE round(hash(i + 6) % 10000 / 9999.0, 4) END AS score,
  'group ' || hash(i + 7) % 12 AS team, ['red', 'green', 'blue'][CAST(1 + hash(i + 8) % 3 AS INTEGER)] AS colour,
  DATE '2020-01-01' + CAST(hash(i + 9) % 1000 AS INTEGER) AS day, TIMESTAMP '2020-01-01' + to_seconds(CAST(hash(i + 10) % 10000000 AS INTEGER)) AS at,
  hash(i + 11) % 2 = 0 AS is_new FROM range(${rowCount}) rows(i)`;

const madeColumns = [
  ...Array.from({ length: 14 }, (_, index) => `CASE WHEN hash(i * 31 + ${index}) % 100 = 0 THEN NULL ELSE hash(i * 17 + ${index}) % 1000003 / 997.0 END AS n${index}`),
  ...Array.from({ length: 6 }, (_, index) => `'k' || hash(i * 13 + ${index}) % ${10 * (index + 1)} AS s${index}`),
];

async function query(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const columnNames = [...Array.from({ length: 14 }, (_, index) => `n${index}`), ...Array.from({ length: 6 }, (_, index) => `s${index}`)];

/** A key and 19 columns; and the same with each cell but the key changed in one row of a hundred. */
const keyedColumns = ['i AS id', ...madeColumns.slice(1)];
const changedColumns = columnNames.slice(1).map((name, index) => {
  const other = name.startsWith('n') ? `coalesce(${name}, 0) + 1` : `${name} || ' changed'`;
  return `CASE WHEN hash(id * 7 + ${index}) % 100 = 0 THEN ${other} ELSE ${name} END AS ${name}`;
});

const sides: Record<string, () => Promise<() => Promise<unknown>>> = {
  'make-csv': async () => () => query(`COPY (${madeTable(940_000)}) TO ${quoted(outPath)} (FORMAT csv, HEADER)`),
  'make-large-csv': async () => () => query(`COPY (${madeTable(10_000_000)}) TO ${quoted(outPath)} (FORMAT csv, HEADER)`),
  // Random bits, which no compression makes smaller: 2 GB.
  'make-huge': async () => () => query(`COPY (SELECT ${Array.from({ length: 8 }, (_, index) => `CAST(hash(i * 8 + ${index}) >> 1 AS BIGINT) AS h${index}`).join(', ')} FROM range(31250000) rows(i)) TO ${quoted(outPath)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${rowGroupSize})`),
  'make-columns': async () => () => query(`COPY (SELECT ${madeColumns.join(', ')} FROM range(1000000) rows(i)) TO ${quoted(outPath)} (FORMAT parquet, COMPRESSION zstd)`),
  'make-wide': async () => () => query(`COPY (SELECT ${madeColumns.join(', ')} FROM range(10000000) rows(i)) TO ${quoted(outPath)} (FORMAT parquet, COMPRESSION zstd)`),
  'make-keyed': async () => () => query(`COPY (SELECT ${keyedColumns.join(', ')} FROM range(1000000) rows(i)) TO ${quoted(outPath)} (FORMAT parquet, COMPRESSION zstd)`),
  'make-changed': async () => () => query(`COPY (SELECT id, ${changedColumns.join(', ')} FROM read_parquet(${quoted(path)})) TO ${quoted(outPath)} (FORMAT parquet, COMPRESSION zstd)`),
  'make-ten': async () => () => query(`COPY (SELECT i AS id, hash(i) % 1000 AS a, hash(i + 1) % 100000 / 7.0 AS b, 'c' || hash(i) % 40 AS c, hash(i * 3) % 9999 / 3.0 AS d, i % 7 AS e FROM range(10000000) rows(i)) TO ${quoted(outPath)} (FORMAT parquet, COMPRESSION zstd)`),
  // As in the app, where the table is read by a process of its own.
  'import-large': async () => {
    const worker = startWorker();
    const plan = planAsFound(await worker.run('sniff', { path }));
    return async () => worker.run('import', { path, plan, outPath });
  },
  'open-huge': async () => {
    const worker = startWorker();
    return async () => worker.run('sniff', { path });
  },
  // The places are far apart, so that none is near what was read before.
  'scroll-huge': async () => {
    const worker = startWorker();
    await worker.run('rows', { table: { path, columns: [] }, offset: 0, limit: 200 });
    return async () => {
      for (let place = 0; place < hugePlaces; place += 1) await worker.run('rows', { table: { path, columns: [] }, offset: ((place * 7) % hugePlaces) * 1_500_000, limit: 200 });
    };
  },
  'position': async () => {
    const duck = await openDuck({ tempDir });
    return () => readRows(duck, { path, offset: 9_400_000, limit: 200 });
  },
  'filter': async () => {
    const duck = await openDuck({ tempDir });
    return () => readFirstRows(duck, { path, view: { filters: [{ kind: 'compare', column: 'b', operator: '>', value: '14000' }], sort: null } });
  },
  'filter-peer': async () => () => query(`CREATE TABLE kept AS SELECT * FROM read_parquet(${quoted(path)}) WHERE b > 14000`),
  'sort': async () => {
    const duck = await openDuck({ tempDir });
    return () => readFirstRows(duck, { path, view: { filters: [], sort: { column: 'b', isDescending: true } } });
  },
  'sort-peer': async () => () => query(`CREATE TABLE sorted AS SELECT * FROM read_parquet(${quoted(path)}) ORDER BY b DESC LIMIT 1000`),
  'import': async () => {
    const duck = await openDuck({ tempDir });
    // What a user sees and confirms before an import is not part of it, as the peer's statement has no such step.
    const sniff = await sniffFile(duck, path);
    const columns = sniff.columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type }));
    return () => importFile(duck, { path, outPath, plan: { format: sniff.format, dialect: sniff.dialect, columns } });
  },
  'import-peer': async () => () => query(`COPY (SELECT * FROM read_csv(${quoted(path)})) TO ${quoted(outPath)} (FORMAT parquet)`),
  'columns': async () => {
    const duck = await openDuck({ tempDir });
    return () => readColumns(duck, { path, columns: columnNames });
  },
  'rows': async () => {
    const duck = await openDuck({ tempDir });
    return () => readRows(duck, { path, offset: 700_000, limit: 100 });
  },
  'profile': async () => {
    const duck = await openDuck({ tempDir });
    return () => profileFile(duck, { path });
  },
  'profile-peer': async () => () => query(`SUMMARIZE SELECT * FROM read_parquet(${quoted(path)})`),
  'relate': async () => {
    const duck = await openDuck({ tempDir });
    const profile = await profileFile(duck, { path });
    return () => relateFile(duck, { path, profile });
  },
  'diff': async () => {
    const duck = await openDuck({ tempDir });
    return () => diffTables(duck, { before: path, after: outPath, labels: { before: 'v1', after: 'v2' }, key: null, outPath: `${outPath}.rows` });
  },
};

const prepare = sides[side ?? ''];
if (!prepare) throw new Error(`no side "${side}"`);
const work = await prepare();
const startedAt = performance.now();
await work();
const elapsedMs = performance.now() - startedAt;
let peakMb = process.resourceUsage().maxRSS / 1024;
for (const worker of workers) {
  peakMb += await workerPeakMb(worker);
  await worker.close();
}
process.stdout.write(`${JSON.stringify({ elapsedMs, peakMb })}\n`);

function startWorker(): WorkerClient<'data'> {
  const worker = new WorkerClient('data', nodeLauncher(), { memoryMb: 2500 });
  workers.push(worker);
  return worker;
}

/** The most that a worker process held at once, where the system tells. */
async function workerPeakMb(of: WorkerClient<'data'>): Promise<number> {
  const status = await readFile(`/proc/${await of.pid()}/status`, 'latin1').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

