/**
 * A training run as a file, YAML or JSON: what `assay train FILE` reads and the window copies. What is left out is
 * chosen to suit the dataset, as in the window. The JSON Schema of this is published with the app.
 */
import { z } from 'zod';
import { TrainConfig } from './train-config.ts';

const { target, ...rest } = TrainConfig.omit({ versionId: true }).shape;

export const TrainFile = z.strictObject({
  /** A dataset by name (its latest version), "name@2", or an id of the project. */
  dataset: z.string().min(1),
  /** Of the run. */
  name: z.string().trim().max(120).optional(),
  target,
  ...z.object(rest).partial().shape,
});
export type TrainFile = z.infer<typeof TrainFile>;

/** The JSON Schema (draft 2020-12) of a train file. */
export function trainFileSchema(): Record<string, unknown> {
  return { title: 'Assay training run', ...z.toJSONSchema(TrainFile, { io: 'input' }) };
}
