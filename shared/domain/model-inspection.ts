/** What is found in an ONNX file before it is trained on. */
import { z } from 'zod';

const Port = z.object({
  name: z.string(),
  type: z.string(),
  /** A name is an open size; null when not even the number of axes is stated. */
  shape: z.array(z.union([z.number(), z.string()])).nullable(),
});

export const InspectedLayer = z.object({
  name: z.string(),
  /** In the order of their use, each once. */
  operators: z.array(z.string()),
  parameterCount: z.number(),
  /** Whether this layer and those after it can be trained: some operators can only be computed. */
  canTrain: z.boolean(),
  /** A sentence why not; null when it can. */
  reason: z.string().nullable(),
});
export type InspectedLayer = z.infer<typeof InspectedLayer>;

export const ModelInspection = z.object({
  opset: z.number(),
  /** The program that wrote the file, with its version; empty when it does not say. */
  producer: z.string(),
  /** Whether Assay wrote it. */
  isOwn: z.boolean(),
  inputs: z.array(Port),
  outputs: z.array(Port),
  /** From the features to the logits, in order; what prepares raw columns and what follows the logits is not listed. */
  layers: z.array(InspectedLayer),
  /** Of these layers. */
  parameterCount: z.number(),
  /** Numbers per row that the network takes and gives; null where the file leaves it open. */
  featureWidth: z.number().nullable(),
  outputWidth: z.number().nullable(),
  /** The last dense layer, which a new one can replace; null when there is none. */
  headLayer: z.string().nullable(),
  /** Sentences that a person should read before the start. */
  warnings: z.array(z.string()),
  /** A sentence why the model cannot be trained on at all; null when it can. */
  problem: z.string().nullable(),
});
export type ModelInspection = z.infer<typeof ModelInspection>;
