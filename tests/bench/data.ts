/** How fast files come in and columns come out. Each side runs in a process of its own, in turn. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from './line.ts';
import type { BenchLine } from './line.ts';

const runs = 5;
const importGoal = 0.7;
const memoryGoalMb = 600;
const largeRuns = 2;
const largeImportGoal = 0.8;
const largeMemoryGoalMb = 1500;
/** Places of the huge table that are shown, as data-side.ts has them. */
const hugePlaces = 20;
const columnsGoalMs = 1500;
const diffGoalMs = 5000;

interface Side {
  readonly elapsedMs: number;
  readonly peakMb: number;
}

/** Measures the data layer. Needs about 3 GB in the folder for temporary files while it runs. */
export async function benchData(): Promise<BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-data-'));
  try {
    const csv = join(folder, 'made.csv');
    const table = join(folder, 'columns.parquet');
    await runSide('make-csv', '', csv, folder);
    await runSide('make-columns', '', table, folder);
    return [...(await benchImport(folder, csv)), ...(await benchLargeImport(folder)), ...(await benchHuge(folder)), ...(await benchReading(folder, table)), ...(await benchRows(folder)), await benchDiff(folder), await benchProfile(folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchImport(folder: string, csv: string): Promise<BenchLine[]> {
  const ours: Side[] = [];
  const peers: Side[] = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(await runSide('import', csv, join(folder, 'ours.parquet'), folder));
    peers.push(await runSide('import-peer', csv, join(folder, 'peer.parquet'), folder));
  }
  const value = median(ours.map(({ elapsedMs }) => elapsedMs));
  const peerValue = median(peers.map(({ elapsedMs }) => elapsedMs));
  const peakMb = Math.max(...ours.map((side) => side.peakMb));
  const peerPeakMb = Math.max(...peers.map((side) => side.peakMb));
  return [
    { name: 'import a CSV file of 100 MB', value, unit: 'ms', peer: "DuckDB's COPY to Parquet", peerValue, ratio: peerValue / value, goal: `>= ${importGoal} x peer`, holds: peerValue / value >= importGoal, runs },
    { name: 'memory of that import, highest', value: peakMb, unit: 'MB', peer: "DuckDB's COPY to Parquet", peerValue: peerPeakMb, ratio: peerPeakMb / peakMb, goal: `< ${memoryGoalMb} MB`, holds: peakMb < memoryGoalMb, runs },
  ];
}

/** As in the app: a process for the file, and the engine beside it. */
async function benchLargeImport(folder: string): Promise<BenchLine[]> {
  const csv = join(folder, 'large.csv');
  await runSide('make-large-csv', '', csv, folder);
  const ours: Side[] = [];
  const peers: Side[] = [];
  for (let run = 0; run < largeRuns; run += 1) {
    ours.push(await runSide('import-large', csv, join(folder, 'ours.parquet'), folder));
    peers.push(await runSide('import-peer', csv, join(folder, 'peer.parquet'), folder));
  }
  for (const name of ['large.csv', 'ours.parquet', 'peer.parquet']) await rm(join(folder, name));
  const value = median(ours.map(({ elapsedMs }) => elapsedMs));
  const peerValue = median(peers.map(({ elapsedMs }) => elapsedMs));
  const peakMb = Math.max(...ours.map((side) => side.peakMb));
  const peerPeakMb = Math.max(...peers.map((side) => side.peakMb));
  return [
    { name: 'import a CSV file of 1 GB, 10,000,000 x 12', value, unit: 'ms', peer: "DuckDB's COPY to Parquet", peerValue, ratio: peerValue / value, goal: `>= ${largeImportGoal} x peer`, holds: peerValue / value >= largeImportGoal, runs: largeRuns },
    { name: 'memory of that import, engine and worker together, highest', value: peakMb, unit: 'MB', peer: "DuckDB's COPY to Parquet", peerValue: peerPeakMb, ratio: peerPeakMb / peakMb, goal: `< ${largeMemoryGoalMb} MB`, holds: peakMb < largeMemoryGoalMb, runs: largeRuns },
  ];
}

/** A Parquet file of 2 GB that nothing makes smaller: what is shown of it is read, and no more. */
async function benchHuge(folder: string): Promise<BenchLine[]> {
  const huge = join(folder, 'huge.parquet');
  await runSide('make-huge', '', huge, folder);
  const opened = await runSide('open-huge', huge, '', folder);
  const scrolled = await runSide('scroll-huge', huge, '', folder);
  await rm(huge);
  const value = scrolled.elapsedMs / hugePlaces;
  const peakMb = Math.max(opened.peakMb, scrolled.peakMb);
  const alone = { peer: null, peerValue: null, ratio: null, runs: 1 } as const;
  return [
    { name: 'look at a Parquet file of 2 GB before its import', value: opened.elapsedMs, unit: 'ms', goal: null, holds: null, ...alone },
    { name: `200 rows of it at each of ${hugePlaces} places, mean`, value, unit: 'ms', goal: '< 150 ms', holds: value < 150, ...alone },
    { name: 'memory of that, engine and worker together, highest', value: peakMb, unit: 'MB', goal: `< ${memoryGoalMb} MB`, holds: peakMb < memoryGoalMb, ...alone },
  ];
}

async function benchReading(folder: string, table: string): Promise<BenchLine[]> {
  const alone = async (name: string, side: string, goalMs: number | null): Promise<BenchLine> => {
    const elapsed: number[] = [];
    for (let run = 0; run < runs; run += 1) elapsed.push((await runSide(side, table, '', folder)).elapsedMs);
    const value = median(elapsed);
    return { name, value, unit: 'ms', peer: null, peerValue: null, ratio: null, goal: goalMs === null ? null : `< ${goalMs} ms`, holds: goalMs === null ? null : value < goalMs, runs };
  };
  return [
    await alone('read 20 columns of 1,000,000 rows into arrays', 'columns', columnsGoalMs),
    await alone('read 100 rows at row 700,000', 'rows', null),
    await alone('profile 20 columns of 1,000,000 rows', 'profile', null),
    await alone('relations of 20 columns of 1,000,000 rows', 'relate', null),
  ];
}

/** The key is found, not given. */
async function benchDiff(folder: string): Promise<BenchLine> {
  const [before, after] = [join(folder, 'before.parquet'), join(folder, 'after.parquet')];
  await runSide('make-keyed', '', before, folder);
  await runSide('make-changed', before, after, folder);
  const elapsed: number[] = [];
  for (let run = 0; run < runs; run += 1) elapsed.push((await runSide('diff', before, after, folder)).elapsedMs);
  const value = median(elapsed);
  return { name: 'diff of two tables of 1,000,000 x 20, 1 % of cells changed', value, unit: 'ms', peer: null, peerValue: null, ratio: null, goal: `< ${diffGoalMs} ms`, holds: value < diffGoalMs, runs };
}

/** Once each: either side takes the better part of a minute, and they are far apart. */
async function benchProfile(folder: string): Promise<BenchLine> {
  const table = join(folder, 'wide.parquet');
  await runSide('make-wide', '', table, folder);
  const value = (await runSide('profile', table, '', folder)).elapsedMs;
  const peerValue = (await runSide('profile-peer', table, '', folder)).elapsedMs;
  await rm(table);
  return { name: 'profile 20 columns of 10,000,000 rows', value, unit: 'ms', peer: "DuckDB's SUMMARIZE", peerValue, ratio: peerValue / value, goal: '>= 0.5 x peer', holds: peerValue / value >= 0.5, runs: 1 };
}

/** The rows view of ten million rows: the first thousand rows of a filter or an order, as the window shows them at once. */
async function benchRows(folder: string): Promise<BenchLine[]> {
  const table = join(folder, 'ten.parquet');
  await runSide('make-ten', '', table, folder);
  const times = async (side: string): Promise<number> => {
    const elapsed: number[] = [];
    for (let run = 0; run < runs; run += 1) elapsed.push((await runSide(side, table, '', folder)).elapsedMs);
    return median(elapsed);
  };
  const against = async (name: string, side: string, peer: string): Promise<BenchLine> => {
    const [value, peerValue] = [await times(side), await times(`${side}-peer`)];
    const ratio = peerValue / value;
    return { name, value, unit: 'ms', peer, peerValue, ratio, goal: '>= 0.5 x peer', holds: ratio >= 0.5, runs };
  };
  const position = await times('position');
  return [
    { name: '200 rows at row 9,400,000 of 10,000,000', value: position, unit: 'ms', peer: null, peerValue: null, ratio: null, goal: '< 150 ms', holds: position < 150, runs },
    await against('filter 10,000,000 rows: count and first rows', 'filter', "DuckDB's rows that pass"),
    await against('sort 10,000,000 rows: first rows', 'sort', "DuckDB's first 1,000 in order"),
  ];
}

async function runSide(side: string, path: string, outPath: string, tempDir: string): Promise<Side> {
  const script = fileURLToPath(new URL('./data-side.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, side, path, outPath, join(tempDir, 'temp')]);
  return JSON.parse(stdout) as Side;
}
