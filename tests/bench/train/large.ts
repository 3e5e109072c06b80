/**
 * Training on a table larger than half a gigabyte, which is read in pieces: the most memory that its process takes, beside the
 * size of the table as float32. ASSAY_BENCH_LARGE_GB sets that size; the goal is stated for 4 GB, and a gigabyte is the default.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeLauncher } from '../../../electron/jobs/launch-node.ts';
import type { TrainReport } from '../../../electron/jobs/tasks.ts';
import { WorkerClient } from '../../../electron/jobs/worker-client.ts';
import { trainConfig } from '../../support/train-config.ts';
import type { BenchLine } from '../line.ts';

const featureCount = 100;
const memoryGoal = 1.3;
const silenceGoalMs = 250;

export async function benchLarge(): Promise<BenchLine[]> {
  const sizeBytes = Number(process.env['ASSAY_BENCH_LARGE_GB'] ?? 1) * 1e9;
  const rowCount = Math.round(sizeBytes / 4 / featureCount);
  const folder = await mkdtemp(join(tmpdir(), 'assay-large-'));
  try {
    const path = join(folder, 'table.parquet');
    await writeTable(path, rowCount);
    const measured = await train(folder, path);
    const shared = { peer: null, peerValue: null, runs: 1 };
    const title = `train mlp ${featureCount}-64-2 on ${(sizeBytes / 1e9).toFixed(1)} GB`;
    return [
      {
        ...shared, name: `${title}, peak memory against the table as float32`, value: measured.peakBytes / sizeBytes, unit: 'x', ratio: sizeBytes / measured.peakBytes,
        goal: `<= ${memoryGoal} x`, holds: measured.peakBytes <= memoryGoal * sizeBytes,
      },
      { ...shared, name: `${title}, peak memory`, value: measured.peakBytes / 1e9, unit: 'GB', ratio: null, goal: null, holds: null },
      { ...shared, name: `${title}, an epoch's steps`, value: Math.round(measured.rowsPerSecond), unit: 'rows/s', ratio: null, goal: null, holds: null },
      { ...shared, name: `${title}, whole`, value: measured.elapsedMs / 1000, unit: 's', ratio: null, goal: null, holds: null },
      { ...shared, name: `${title}, longest silence of progress`, value: measured.silenceMs, unit: 'ms', ratio: null, goal: `<= ${silenceGoalMs} ms`, holds: measured.silenceMs <= silenceGoalMs },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Numbers without a pattern, and a target that depends on two of them. */
async function writeTable(path: string, rowCount: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1500MB' });
  const connection = await instance.connect();
  const number = (i: number): string => `(hash(range * ${featureCount} + ${i}) % 65536)::DOUBLE AS x${i}`;
  const columns = Array.from({ length: featureCount }, (_, i) => number(i)).join(', ');
  await connection.run(`COPY (SELECT *, x0 + x1 > 65536 AS y FROM (SELECT ${columns} FROM range(${rowCount}))) TO '${path}' (FORMAT parquet, COMPRESSION uncompressed)`);
  connection.closeSync();
  instance.closeSync();
}

async function train(folder: string, path: string): Promise<{ peakBytes: number; rowsPerSecond: number; elapsedMs: number; silenceMs: number }> {
  const features = Array.from({ length: featureCount }, (_, i) => `x${i}`);
  const config = {
    ...trainConfig({ task: 'classification', target: 'y', features, batchSize: 256, maxEpochs: 2, patience: null, checkpointSeconds: 3600 }),
    model: { kind: 'mlp' as const, hidden: [64], activation: 'relu' as const, dropout: 0, embeddings: false, normalization: 'none' as const },
  };
  const worker = new WorkerClient('train', nodeLauncher(), { memoryMb: 20_000 });
  const startedAtMs = performance.now();
  let heardAtMs = Infinity;
  let silenceMs = 0;
  try {
    const { summary } = await worker.run('train', {
      table: { path, columns: [] }, dataHash: '', config: { ...config, provider: 'cpu' }, modelPath: join(folder, 'model.onnx'), historyPath: join(folder, 'history.parquet'),
      tracePath: join(folder, 'trace'), scratchPath: join(folder, 'rows'), basePath: null, checkpoints: null, earlierTracePath: null,
    }, {
      onProgress: (progress) => {
        const nowMs = performance.now();
        silenceMs = Math.max(silenceMs, nowMs - heardAtMs);
        heardAtMs = nowMs;
        if (process.env['ASSAY_BENCH_VERBOSE']) console.error((progress as TrainReport).epoch.toFixed(3), Math.round(nowMs - startedAtMs));
      },
    });
    const status = await readFile(`/proc/${await worker.pid()}/status`, 'utf8');
    return {
      peakBytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) * 1024, rowsPerSecond: summary.samplesPerSecond, elapsedMs: performance.now() - startedAtMs, silenceMs,
    };
  } finally {
    await worker.close();
  }
}
