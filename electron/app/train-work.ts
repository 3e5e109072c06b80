/** The work of a training job: the task in the trainer's process, which is started anew from the last checkpoint when it is lost. */
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { ObjectHash, RunId } from '../../shared/domain/ids.ts';
import type { ProviderChoice } from '../../shared/domain/providers.ts';
import type { ResourceSample } from '../../shared/domain/resources.ts';
import type { MetricPoint, RunEnvironment } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { fail, toFailure } from '../../shared/errors.ts';
import { newestCheckpoint, removeCheckpoints } from '../jobs/checkpoints.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { CheckpointPlace, TrainReport, TrainTaskInput, TrainTaskOutput } from '../jobs/tasks.ts';
import type { AppContext } from './context.ts';
import { getVersion, tableOf } from './datasets.ts';

export interface TrainWork {
  readonly config: TrainConfig;
  readonly choice: ProviderChoice;
  readonly checkpoints: CheckpointPlace | null;
  /** Of an earlier run to compare with. */
  readonly earlierTrace: ObjectHash | null;
  onPoints(points: MetricPoint[]): void;
  /** The work goes on at this epoch (with a fraction), after its process was lost or the run resumed. */
  onResume(epoch: number): void;
}

export interface TrainerOutput extends TrainTaskOutput {
  readonly environment: RunEnvironment;
  readonly modelPath: string;
  readonly historyPath: string;
  readonly tracePath: string;
  /** Removes the files. */
  discard(): Promise<void>;
}

/** How often a process may be lost without a new checkpoint in between. */
const mostLosses = 3;

/** Where the checkpoints of a run are on this computer. They are not in the project, which may be synced. */
export function checkpointFolder({ userDataDir, store }: AppContext, runId: RunId): string {
  return join(userDataDir, 'checkpoints', store.projectId, runId);
}

/** Makes the newest checkpoint of a run an object of the project, from which any computer can go on; null without one. */
export async function keepCheckpoint(context: AppContext, runId: RunId): Promise<ObjectHash | null> {
  const folder = checkpointFolder(context, runId);
  const newest = await newestCheckpoint(folder);
  if (newest === null) return null;
  const { hash } = await context.store.putObject({ path: newest.path });
  await removeCheckpoints(folder);
  return hash;
}

export async function runTrainer(context: AppContext, work: TrainWork, job: JobContext): Promise<TrainerOutput> {
  const { store, appVersion } = context;
  const scratch = join(store.scratchDir(), store.newId());
  const files = { modelPath: `${scratch}.onnx`, historyPath: `${scratch}.parquet`, tracePath: `${scratch}.trace`, scratchPath: `${scratch}.rows` };
  const discard = async (): Promise<void> => {
    for (const path of Object.values(files)) await rm(path, { force: true });
  };
  try {
    const { choice } = work;
    const output = await runWithRestarts(context, work, files, job);
    const environment: RunEnvironment = {
      appVersion, onnxRuntimeVersion: output.onnxRuntimeVersion, nodeVersion: process.versions.node, ...computer(),
      provider: choice.provider, providerReason: choice.reason,
    };
    return { ...output, ...files, environment, discard };
  } catch (thrown) {
    await discard();
    throw thrown;
  }
}

/** What of this computer bits may depend on. */
function computer(): { platform: string; cpu: string } {
  return { platform: `${process.platform} ${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown' };
}

async function runWithRestarts(
  context: AppContext, work: TrainWork, files: Pick<TrainTaskInput, 'modelPath' | 'historyPath' | 'tracePath' | 'scratchPath'>, { signal, report }: JobContext,
): Promise<TrainTaskOutput> {
  const { store, trainer } = context;
  const { config, choice, checkpoints, earlierTrace, onPoints, onResume } = work;
  const version = getVersion(store, config.versionId);
  const input = {
    table: await tableOf(store, version), dataHash: version.object, config: { ...config, provider: choice.provider }, ...files, checkpoints,
    basePath: config.model.kind === 'imported' ? await store.objectPath(config.model.model) : null,
    earlierTracePath: earlierTrace === null ? null : await store.objectPath(earlierTrace),
  };
  let reached = -1;
  let losses = 0;
  for (let attempt = 0; ; attempt++) {
    let isTold = attempt === 0 && checkpoints?.isRequired !== true;
    try {
      return await trainer.run('train', input, {
        signal,
        onProgress: (progress) => {
          const { epoch, epochs, step, samplesPerSecond, points, resources, resumedAt } = progress as TrainReport;
          if (!isTold && step > 0) {
            isTold = true;
            onResume(resumedAt ?? 0);
          }
          report({ done: epoch, total: epochs, unit: 'epochs', step: samplesPerSecond > 0 ? paceOf(samplesPerSecond, resources) : 'Reading data' });
          if (points.length > 0) onPoints(points);
        },
      });
    } catch (thrown) {
      const { code } = toFailure(thrown);
      if (checkpoints === null || signal.aborted || (code !== 'worker/crashed' && code !== 'worker/memory')) throw thrown;
      const step = (await newestCheckpoint(checkpoints.folder))?.step ?? 0;
      losses = step > reached ? 1 : losses + 1;
      reached = Math.max(reached, step);
      if (losses > mostLosses) throw thrown;
      if (signal.aborted) throw fail('job/cancelled');
      report({ done: 0, total: config.maxEpochs, unit: 'epochs', step: 'Going on from the last checkpoint' });
    }
  }
}

/** "101,400 rows/s · 312 MB", and how busy the graphics card is where one works. */
function paceOf(rowsPerSecond: number, resources: ResourceSample | null): string {
  const gpu = resources?.gpu ?? null;
  return [
    `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
    ...(resources === null ? [] : [`${Math.round(resources.memoryBytes / 1e6).toLocaleString('en')} MB`]),
    ...(gpu?.utilisation == null ? [] : [`graphics card ${gpu.utilisation} %`]),
  ].join(' \u00b7 ');
}
