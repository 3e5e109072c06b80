/** The train task: reads the columns, trains, keeps checkpoints, and writes what came out. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Duck } from '../../data/duck.ts';
import { readColumns, readRowBlocks, rowCountOf } from '../../data/matrix.ts';
import { writeTable } from '../../data/table.ts';
import { readModel } from '../../infer/inspect-model.ts';
import { onnxRuntimeVersion } from '../../infer/session.ts';
import { isStreamed } from '../../infer/shards.ts';
import type { StreamedTable } from '../../infer/shards.ts';
import { compareTraces, decodeTrace } from '../../infer/trace.ts';
import { trainTable } from '../../infer/train.ts';
import type { Checkpoints, TrainOptions, TrainOutcome } from '../../infer/train.ts';
import { canStream } from '../../ml/streamed-set.ts';
import { toFailure } from '../../../shared/errors.ts';
import { checkpointsIn, saveCheckpoint } from '../checkpoints.ts';
import { ResourceSampler } from '../resources.ts';
import type { TaskContext } from '../serve-worker.ts';
import type { CheckpointPlace, TrainProgress, TrainReport, TrainTaskInput, TrainTaskOutput } from '../tasks.ts';
import { historyColumns } from './history.ts';

const waitingReportMs = 200;

export async function trainTask(duck: Duck, input: TrainTaskInput, { report, signal }: TaskContext): Promise<TrainTaskOutput> {
  const { dataHash, config } = input;
  const sampler = new ResourceSampler({ usesGpu: config.provider !== 'cpu' });
  let resumedAt: number | null = null;
  const tell = (progress: TrainProgress): void => report({ ...progress, resources: sampler.latest(), resumedAt } satisfies TrainReport);
  // Until there is something to tell, that it is at work.
  const waiting = setInterval(() => tell({ epoch: 0, epochs: config.maxEpochs, step: 0, points: [], samplesPerSecond: 0 }), waitingReportMs);
  const onProgress = (progress: TrainProgress): void => {
    clearInterval(waiting);
    tell(progress);
  };
  const checkpoints = input.checkpoints && checkpointsOf(input.checkpoints, dataHash, (epoch) => { resumedAt = epoch; });
  try {
    const base = input.basePath === null ? null : readModel(await readFile(input.basePath));
    const train = (columns: TrainOptions['columns']): Promise<TrainOutcome> =>
      trainTable({ config, columns, base, onProgress, shouldStop: () => signal.aborted, ...(checkpoints && { checkpoints }) });
    const outcome = await trainOn(duck, input, signal, train);
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
  } finally {
    clearInterval(waiting);
  }
}

/** Trains on the columns in memory, or on blocks of rows where these or what they are encoded to are too large. */
async function trainOn(duck: Duck, { table: { path }, config, scratchPath }: TrainTaskInput, signal: AbortSignal, train: (columns: TrainOptions['columns']) => Promise<TrainOutcome>): Promise<TrainOutcome> {
  const streamed: StreamedTable = {
    scratchPath, rowCount: await rowCountOf(duck, path),
    readColumns: (names) => readColumns(duck, { path, columns: names, signal }),
    readBlocks: (names, rowsPerBlock, use) => readRowBlocks(duck, { path, columns: names, rowsPerBlock, signal }, use),
  };
  if (isStreamed(config, streamed.rowCount)) return train(streamed);
  const names = [...new Set([...config.features, config.target, config.split.timeColumn, config.weightColumn].filter((name) => name !== null))];
  try {
    return await train(await readColumns(duck, { path, columns: names, signal }));
  } catch (thrown) {
    // Few columns can become many features.
    if (toFailure(thrown).code !== 'train/too-large' || !canStream(config)) throw thrown;
    return train(streamed);
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
