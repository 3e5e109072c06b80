/** Training, its runs, and the models that come of them. */
import { z } from 'zod';
import { Tag } from '../domain/datasets.ts';
import { DatasetId, FileHandle, JobId, ModelId, ObjectHash, RunId, VersionId } from '../domain/ids.ts';
import { ModelInspection } from '../domain/model-inspection.ts';
import { Model, Stage } from '../domain/models.ts';
import { OverrideReason } from '../domain/policies.ts';
import { MetricPoint, Run } from '../domain/runs.ts';
import { modelKinds, TrainConfig } from '../domain/train-config.ts';
import { BasedOn } from './based-on.ts';
import { channel } from './channel.ts';

const nothing = z.object({});
/** Why a policy that blocks does not hold here. */
const override = OverrideReason.nullable().default(null);

export const runChannels = {
  /** A sensible config for this target and, unless null, this kind of model; the window shows it for correction. */
  'runs.suggest': channel({
    input: z.object({ versionId: VersionId, target: z.string(), kind: z.enum(modelKinds).nullable().default(null) }), output: TrainConfig, writes: false,
  }),
  /** The config as the YAML that `assay train FILE` takes. */
  'runs.asFile': channel({ input: z.object({ config: TrainConfig }), output: z.object({ text: z.string() }), writes: false }),
  'runs.train': channel({
    input: z.object({ config: TrainConfig, name: z.string().trim().max(120), override }),
    output: z.object({ jobId: JobId, runId: RunId }),
    writes: true,
  }),
  'runs.list': channel({ input: nothing, output: z.array(Run), writes: false }),
  'runs.get': channel({ input: z.object({ id: RunId }), output: Run, writes: false }),
  /** Every recorded point of these runs; of a running one, the points so far. */
  'runs.curves': channel({
    input: z.object({ ids: z.array(RunId).max(200) }),
    output: z.array(z.object({ runId: RunId, points: z.array(MetricPoint) })),
    writes: false,
  }),
  'runs.rename': channel({ input: z.object({ id: RunId, name: z.string().trim().min(1).max(120), basedOn: BasedOn }), output: nothing, writes: true }),
  'runs.note': channel({ input: z.object({ id: RunId, note: z.string().max(20_000), basedOn: BasedOn }), output: nothing, writes: true }),
  'runs.tag': channel({ input: z.object({ id: RunId, tag: Tag }), output: nothing, writes: true }),
  'runs.untag': channel({ input: z.object({ id: RunId, tag: Tag }), output: nothing, writes: true }),
  'runs.remove': channel({ input: z.object({ id: RunId }), output: nothing, writes: true }),
  'runs.restore': channel({ input: z.object({ id: RunId }), output: nothing, writes: true }),
  /** Trains again from the recorded config and compares bit for bit; the verdict is the job's outcome. */
  'runs.verify': channel({ input: z.object({ id: RunId }), output: z.object({ jobId: JobId }), writes: false }),
  /** Goes on with a run that was cut off, from its last checkpoint. */
  'runs.resume': channel({ input: z.object({ id: RunId }), output: z.object({ jobId: JobId }), writes: true }),
  'models.register': channel({ input: z.object({ runId: RunId, name: z.string().trim().min(1).max(120) }), output: z.object({ id: ModelId }), writes: true }),
  'models.list': channel({ input: nothing, output: z.array(Model), writes: false }),
  'models.setStage': channel({ input: z.object({ id: ModelId, stage: Stage, why: z.string().max(1000), override }), output: nothing, writes: true }),
  'models.note': channel({ input: z.object({ id: ModelId, note: z.string().max(20_000), basedOn: BasedOn }), output: nothing, writes: true }),
  /** Checks a chosen ONNX file and keeps it in the project, for a run that trains on from it. */
  'models.importFile': channel({
    input: z.object({ file: FileHandle }), output: z.object({ object: ObjectHash, fileName: z.string(), inspection: ModelInspection }), writes: true,
  }),
  /** What is in an ONNX file of the project: one that was imported, or that a run exported. */
  'models.inspect': channel({ input: z.object({ object: ObjectHash }), output: ModelInspection, writes: false }),
  /** Predicts for every row of a version or a file; makes a new dataset with prediction and probability columns. */
  'models.predict': channel({
    input: z.object({
      modelId: ModelId,
      data: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('version'), versionId: VersionId }),
        z.object({ kind: z.literal('file'), file: FileHandle }),
      ]),
      name: z.string().trim().min(1).max(120),
    }),
    output: z.object({ jobId: JobId, datasetId: DatasetId }),
    writes: true,
  }),
};
