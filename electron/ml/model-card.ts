/**
 * What an exported model says about itself in its metadata_props, so that the file alone is enough to use it.
 * The keys are a file format: they are added to, never renamed.
 */
import { z } from 'zod';
import { Column } from '../../shared/domain/columns.ts';
import { TaskKind } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { KeptEncoding } from './kept-encoding.ts';

export const ModelCard = z.object({
  task: TaskKind,
  target: z.string(),
  /** Raw columns in the order of the model's inputs. */
  inputs: z.array(Column).min(1),
  /** In the order of the probabilities; empty for regression. */
  classes: z.array(z.string()),
  /** Names of the encoded features, for explanations. */
  features: z.array(z.string()),
  /** Label and probabilities, or prediction. */
  outputs: z.array(z.string()).min(1),
  /** Of the second output of a regression by quantiles, ascending. */
  levels: z.array(z.number()).optional(),
  /** A model of consecutive rows: how many it looks back over, how many it predicts ahead, and the column that orders them (null: the table's order). */
  window: z.object({ steps: z.number().int().min(1), horizon: z.number().int().min(1), timeColumn: z.string().nullable() }).optional(),
  /** For training on: the value of the encoded features [batch, featureWidth], that of what the loss takes, and the encoding. */
  featuresValue: z.string().optional(),
  featureWidth: z.number().int().min(1).optional(),
  logitsValue: z.string().optional(),
  encoding: KeptEncoding.optional(),
});
export type ModelCard = z.infer<typeof ModelCard>;

const prefix = 'assay.';

/** The metadata of a model: one JSON text per field. */
export function cardToMetadata(card: ModelCard): Record<string, string> {
  return Object.fromEntries(Object.entries(card).map(([key, value]) => [prefix + key, JSON.stringify(value)]));
}

/** Reads what `cardToMetadata` wrote. @throws model/malformed when it is not there or not valid. */
export function cardFromMetadata(metadata: ReadonlyMap<string, string>): ModelCard {
  const fields: [string, unknown][] = [];
  for (const [key, field] of Object.entries(ModelCard.shape)) {
    const text = metadata.get(prefix + key);
    if (text === undefined && field.safeParse(undefined).success) continue;
    if (text === undefined) throw fail('model/malformed', { reason: `it does not say its ${key}; only models that Assay wrote can be used here` });
    fields.push([key, parseJson(key, text)]);
  }
  const parsed = ModelCard.safeParse(Object.fromEntries(fields));
  if (!parsed.success) {
    throw fail('model/malformed', { reason: `its metadata has a wrong "${prefix}${parsed.error.issues[0]?.path.join('.') ?? ''}"` });
  }
  return parsed.data;
}

/** Where the network begins and ends in a model that Assay wrote, and how its columns are encoded; empty for others. @throws model/malformed */
export function endsFromMetadata(metadata: ReadonlyMap<string, string>): z.infer<typeof networkEnds> {
  const keys = Object.keys(networkEnds.shape).filter((key) => metadata.has(prefix + key));
  const parsed = networkEnds.safeParse(Object.fromEntries(keys.map((key) => [key, parseJson(key, metadata.get(prefix + key) as string)])));
  if (!parsed.success) throw fail('model/malformed', { reason: 'its metadata names the ends of its network wrongly' });
  return parsed.data;
}

const networkEnds = ModelCard.pick({ featuresValue: true, featureWidth: true, logitsValue: true, encoding: true });

function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fail('model/malformed', { reason: `its metadata "${prefix}${key}" is not JSON` }, cause);
  }
}
