/** The train task: reads the columns, trains, keeps checkpoints, and writes what came out. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Duck } from '../../data/duck.ts';
import { readColumns } from '../../data/matrix.ts';
import { writeTable } from '../../data/table.ts';
import { readModel } from '../../infer/inspect-model.ts';
import { onnxRuntimeVersion } from '../../infer/session.ts';
import { compareTraces, decodeTrace } from '../../infer/trace.ts';
import { trainTable } from '../../infer/train.ts';
import type { Checkpoints } from '../../infer/train.ts';
import { checkpointsIn, saveCheckpoint } from '../checkpoints.ts';
import { ResourceSampler } from '../resources.ts';
import type { TaskContext } from '../serve-worker.ts';
import type { CheckpointPlace, TrainProgress, TrainReport, TrainTaskInput, TrainTaskOutput } from '../tasks.ts';
import { historyColumns } from './history.ts';

const waitingReportMs = 200;

export async function trainTask(duck: Duck, input: TrainTaskInput, { report, signal }: TaskContext): Promise<TrainTaskOutput> {
  const { table, dataHash, config } = input;
  const names = [...new Set([...config.features, config.target, config.split.timeColumn, config.weightColumn].filter((name) => name !== null))];
  const columns = await reporting(report, config.maxEpochs, () => readColumns(duck, { path: table.path, columns: names, signal }));
  const sampler = new ResourceSampler({ usesGpu: config.provider !== 'cpu' });
  let resumedAt: number | null = null;
  const onProgress = (progress: TrainProgress): void => report({ ...progress, resources: sampler.latest(), resumedAt } satisfies TrainReport);
  const checkpoints = input.checkpoints && checkpointsOf(input.checkpoints, dataHash, (epoch) => { resumedAt = epoch; });
  try {
    const base = input.basePath === null ? null : readModel(await readFile(input.basePath));
    const outcome = await trainTable({ config, columns, base, onProgress, shouldStop: () => signal.aborted, ...(checkpoints && { checkpoints }) });
    const { status, failure, weights: _weights, modelBytes, traceBytes, history, batchSize: _batchSize, ...measured } = outcome;
    await writeFile(input.modelPath, modelBytes);
    await writeFile(input.tracePath, traceBytes);
    await writeTable(duck, { outPath: input.historyPath, columns: historyColumns(history) });
    const earlier = input.earlierTracePath === null ? null : decodeTrace(await readFile(input.earlierTracePath));
    return {
      status, failure, summary: { ...measured, resources: sampler.stop() }, onnxRuntimeVersion: onnxRuntimeVersion(),
      difference: earlier && compareTraces(earlier, decodeTrace(traceBytes)),
    };
  } catch (thrown) {
    sampler.stop();
    throw thrown;
  }
}

function checkpointsOf({ folder, file, isRequired }: CheckpointPlace, dataHash: string, onResume: (epoch: number) => void): Checkpoints {
  return {
    dataHash, isRequired, onResume,
    async *found() {
      for await (const { name, bytes } of checkpointsIn(folder)) yield { name, bytes: bytes ?? new Uint8Array(0) };
      if (file !== null) yield { name: file, bytes: await readFile(file) };
    },
    save: (bytes, step) => saveCheckpoint(folder, bytes, step),
  };
}

/** Says a few times a second that work goes on which has nothing else to tell. */
async function reporting<T>(report: TaskContext['report'], epochs: number, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => report({ epoch: 0, epochs, step: 0, points: [], samplesPerSecond: 0, resources: null, resumedAt: null } satisfies TrainReport), waitingReportMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
