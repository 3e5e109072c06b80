/** A thousand short trainings in one process: what they leave behind in its memory, after a tenth of them have warmed it up. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeLauncher } from '../../../electron/jobs/launch-node.ts';
import { WorkerClient } from '../../../electron/jobs/worker-client.ts';
import { trainConfig } from '../../support/train-config.ts';
import { median } from '../line.ts';
import type { BenchLine } from '../line.ts';

const jobCount = 1000;
const warmUpCount = 100;
const growthGoal = 1.05;

export async function benchLife(): Promise<BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-life-'));
  const worker = new WorkerClient('train', nodeLauncher(), { memoryMb: 8000 });
  try {
    const csv = join(folder, 'rows.csv');
    await writeFile(csv, `a,b,c\n${Array.from({ length: 300 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n')}\n`);
    const path = await importTo(csv, join(folder, 'rows.parquet'));
    const config = { ...trainConfig({ task: 'regression', target: 'a', features: ['b', 'c'], maxEpochs: 2, patience: null, batchSize: 64 }), provider: 'cpu' as const };
    const samples: number[] = [];
    const startedAtMs = performance.now();
    for (let i = 0; i < jobCount; i++) {
      await worker.run('train', {
        table: { path, columns: [] }, dataHash: '', config, modelPath: join(folder, 'model.onnx'), historyPath: join(folder, 'history.parquet'), tracePath: join(folder, 'trace'),
        scratchPath: join(folder, 'rows'), basePath: null, checkpoints: { folder: join(folder, 'checkpoints'), file: null, isRequired: false }, earlierTracePath: null,
      });
      samples.push(await residentMb(worker));
      if (process.env['ASSAY_BENCH_VERBOSE'] && i % 100 === 0) console.error(i, samples.at(-1));
    }
    const seconds = (performance.now() - startedAtMs) / 1000;
    const before = median(samples.slice(warmUpCount, 2 * warmUpCount));
    const after = median(samples.slice(-warmUpCount));
    const shared = { unit: 'MB', peer: null, peerValue: null, runs: jobCount };
    return [
      { ...shared, name: `train ${jobCount} jobs in one process, memory of the last ${warmUpCount} against the second ${warmUpCount}`, value: after, ratio: before / after, goal: `<= ${growthGoal} x ${Math.round(before)} MB`, holds: after <= growthGoal * before },
      { ...shared, name: `train ${jobCount} jobs in one process, one after the other`, value: jobCount / seconds, unit: 'jobs/s', ratio: null, goal: null, holds: null },
    ];
  } finally {
    await worker.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function importTo(csv: string, outPath: string): Promise<string> {
  const importer = new WorkerClient('data', nodeLauncher(), { memoryMb: 4000 });
  try {
    const { format, dialect, columns } = await importer.run('sniff', { path: csv });
    await importer.run('import', { path: csv, outPath, plan: { format, dialect, columns: columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type })) } });
    return outPath;
  } finally {
    await importer.close();
  }
}

async function residentMb(worker: WorkerClient<'train'>): Promise<number> {
  const pages = Number((await readFile(`/proc/${await worker.pid()}/statm`, 'latin1')).split(' ')[1]);
  return (pages * 4096) / 1e6;
}
