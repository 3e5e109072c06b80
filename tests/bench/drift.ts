/**
 * The drift bench: 20 columns (14 of numbers, 6 of categories) of 1,000,000 rows against 1,000,000, from two Parquet
 * files to the finished windows and shares, beside Evidently on the same files where a Python that has it is named.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDuck } from '../../electron/data/duck.ts';
import { driftTask } from '../../electron/jobs/workers/drift.ts';
import type { Column } from '../../shared/domain/columns.ts';
import { median } from './line.ts';
import type { BenchLine } from './line.ts';

const rowCount = 1_000_000;
const numberCount = 14;
const categoryCount = 6;
const rounds = 5;
const goalSeconds = 3;
const peerScript = fileURLToPath(new URL('peers/drift_evidently.py', import.meta.url));
const columns: Column[] = [
  ...range(numberCount, (i): Column => ({ name: `n${i}`, type: i % 4 === 3 ? 'integer' : 'number' })),
  ...range(categoryCount, (i): Column => ({ name: `c${i}`, type: 'category' })),
];

/** Measures the whole time in seconds, reading included; the median of five rounds, alternating with the peer. */
export async function benchDrift(): Promise<BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-drift-'));
  try {
    const files = { reference: join(folder, 'reference.parquet'), current: join(folder, 'current.parquet') };
    await writeTable(files.reference, 0);
    await writeTable(files.current, 1);
    const python = process.env['ASSAY_PEERS_PYTHON'];
    const ours: Round[] = [];
    const theirs: Round[] = [];
    await compareFiles(files, folder); // warms up the file cache and the compiler for both alike
    for (let round = 0; round < rounds; round++) {
      ours.push(await compareFiles(files, folder));
      if (python !== undefined) theirs.push(compareWithEvidently(python, files));
    }
    const [mine, peer] = [ours[0]!, theirs[0]];
    if (peer && mine.driftedCount !== peer.driftedCount) throw new Error(`${mine.driftedCount} columns have drifted, ${peer.driftedCount} by Evidently`);
    return linesOf(median(ours.map(({ seconds }) => seconds)), peer ? median(theirs.map(({ seconds }) => seconds)) : null);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Round {
  readonly seconds: number;
  readonly driftedCount: number;
}

interface Files {
  readonly reference: string;
  readonly current: string;
}

/** The task as the product's data process runs it. */
async function compareFiles({ reference, current }: Files, tempDir: string): Promise<Round> {
  const startedAtMs = performance.now();
  const duck = await openDuck({ tempDir });
  const tables = { reference: { path: reference, columns }, current: { path: current, columns }, currentLabel: 'current', cut: null, columns: null };
  const { windows } = await driftTask(duck, tables, { report: () => undefined, signal: new AbortController().signal });
  const driftedCount = windows[0]!.columns.filter((column) => column.drifted).length;
  return { seconds: (performance.now() - startedAtMs) / 1000, driftedCount };
}

/** Times itself, after its imports: the start of Python is not counted. */
function compareWithEvidently(python: string, { reference, current }: Files): Round {
  return JSON.parse(execFileSync(python, [peerScript, reference, current], { encoding: 'utf8' }).trim().split('\n').at(-1)!) as Round;
}

function linesOf(seconds: number, peerSeconds: number | null): BenchLine[] {
  const shared = { value: round3(seconds), unit: 's', runs: rounds };
  const name = `drift of ${numberCount + categoryCount} columns x ${rowCount.toLocaleString('en-US')} rows`;
  return [
    { ...shared, name: `${name}, ceiling`, peer: null, peerValue: null, ratio: round3(goalSeconds / seconds), goal: `< ${goalSeconds} s`, holds: seconds < goalSeconds },
    {
      ...shared, name: `${name}, beside Evidently`, peer: peerSeconds === null ? null : 'Evidently', peerValue: peerSeconds === null ? null : round3(peerSeconds),
      ratio: peerSeconds === null ? null : round3(peerSeconds / seconds), goal: null, holds: null,
    },
  ];
}

/** Normal, skewed, rounded and whole numbers; categories of 3 to 200 labels. Every other column is shifted by `shift`. */
async function writeTable(path: string, shift: number): Promise<void> {
  const normal = (i: number) => `(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + ${i % 2 ? shift * 0.3 : 0})`;
  const numbers = range(numberCount, (i) => {
    const shape = [normal(i), `exp(${normal(i)})`, `round(100 * ${normal(i)}, 2)`, `round(50 * ${normal(i)})::BIGINT`][i % 4]!;
    return `${shape} AS n${i}`;
  });
  const categories = range(categoryCount, (i) => {
    const labelCount = [3, 5, 12, 30, 80, 200][i]!;
    return `'label ' || floor(pow(random(), ${i % 2 ? 1 + shift * 0.6 : 1}) * ${labelCount})::INTEGER AS c${i}`;
  });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(`SELECT setseed(${shift === 0 ? 0.25 : 0.75})`);
    const target = path.replaceAll("'", "''");
    await connection.run(`COPY (SELECT ${[...numbers, ...categories].join(', ')} FROM range(${rowCount})) TO '${target}' (FORMAT parquet, COMPRESSION zstd)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function range<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
