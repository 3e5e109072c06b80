/** Registered models: a name and a stage for a run's exported ONNX file. */
import { z } from 'zod';
import { Column } from './columns.ts';
import { ModelId, ObjectHash, RunId } from './ids.ts';
import { MetricValues } from './runs.ts';
import { TaskKind } from './train-config.ts';

export const stages = ['candidate', 'production', 'retired'] as const;
export const Stage = z.enum(stages);
export type Stage = z.infer<typeof Stage>;

export const Model = z.object({
  id: ModelId,
  name: z.string(),
  stage: Stage,
  runId: RunId,
  runLabel: z.string(),
  task: TaskKind,
  target: z.string(),
  object: ObjectHash,
  sizeBytes: z.number().int(),
  inputs: z.array(Column),
  classes: z.array(z.string()),
  test: MetricValues,
  note: z.string(),
  createdAtMs: z.number(),
  createdBy: z.string(),
});
export type Model = z.infer<typeof Model>;
