/** The steps of series and words, and what is left of them at the end. Padding changes nothing. */
import type { Value } from '../graph.ts';
import type { InputOf } from '../models/input-shape.ts';
import type { Batch, Scope } from '../network.ts';
import { embedding } from './embedding.ts';

export interface Sequence {
  /** [batch, steps, width]. */
  readonly values: Value;
  /** float32 [batch, steps]: 1 for words, 0 for the padding after them; null where all steps count. */
  readonly mask: Value | null;
}

/** The numbers of a series as they are, or vectors of `wordWidth` for words. */
export function readSequence(scope: Scope, input: InputOf<'series' | 'words'>, { features, codes }: Batch, wordWidth: number): Sequence {
  const { op } = scope;
  if (input.kind === 'series') return { values: op.reshape(features as Value, ['batch', input.steps, input.channels]), mask: null };
  return {
    values: embedding(scope, 'words', codes as Value, { size: input.vocabulary, width: wordWidth }),
    mask: op.cast(op.greater(codes as Value, op.scalar('int32', 0)), 'float32'),
  };
}

/** The mean over the steps that count: [batch, steps, width] to [batch, width]; 0 where none does. */
export function meanOfSteps(scope: Scope, { values, mask }: Sequence): Value {
  const { op } = scope;
  if (mask === null) return op.reduceMean(values, [1], false);
  const sum = op.reduceSum(op.mul(values, op.unsqueeze(mask, [2])), [1], false);
  return op.div(sum, op.max(op.reduceSum(mask, [1], true), op.scalar('float32', 1)));
}

/** The last step that counts of `all` [steps, batch, width]: [batch, width]; 0 where none does. */
export function lastOfSteps(scope: Scope, all: Value, mask: Value): Value {
  const { op } = scope;
  const steps = mask.shape[1] as number;
  const isNextWord = op.pad(op.slice(mask, 1, 1, steps), [0, 0], [0, 1]);
  const isLast = op.transpose(op.sub(mask, isNextWord), [1, 0]);
  return op.reduceSum(op.mul(all, op.unsqueeze(isLast, [2])), [0], false);
}
