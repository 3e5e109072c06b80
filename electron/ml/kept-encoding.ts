/**
 * The encoding of columns that a model which Assay wrote keeps in its metadata, so that training it on gives its network the
 * same features again: the same means, and the same categories in the same order.
 */
import { z } from 'zod';
import type { ColumnData } from '../../shared/domain/column-data.ts';
import { ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import { encodedWidth } from './encoding.ts';
import type { Encoding, FittedEncoding } from './encoding.ts';

const column = { name: z.string(), type: ColumnType, hasMissing: z.boolean() };

export const KeptEncoding = z.array(z.discriminatedUnion('kind', [
  z.object({ ...column, kind: z.literal('number'), mean: z.number(), deviation: z.number().positive() }),
  z.object({ ...column, kind: z.literal('category'), isEmbedded: z.literal(false), kept: z.array(z.string()), hasOther: z.boolean() }),
]));
export type KeptEncoding = z.infer<typeof KeptEncoding>;

/** What is kept of an encoding; null for one with numbers of words or categories, which has more to it. */
export function keptOf(columns: readonly Encoding[]): KeptEncoding | null {
  const parsed = KeptEncoding.safeParse(columns);
  return parsed.success ? parsed.data : null;
}

/** The kept encoding for these features. @throws model/import-input when one is missing or of another kind */
export function useKept(kept: KeptEncoding, features: readonly ColumnData[]): FittedEncoding {
  const kinds = new Map(features.map(({ name, kind }) => [name, kind]));
  const unfit = kept.find(({ name, kind }) => kinds.get(name) !== kind);
  if (unfit !== undefined) {
    const found = kinds.has(unfit.name) ? `"${unfit.name}" of another type` : `no "${unfit.name}"`;
    throw fail('model/import-input', { needed: `the columns ${kept.map(({ name }) => name).join(', ')}`, found });
  }
  const used = new Set(kept.map(({ name }) => name));
  return {
    columns: kept, dropped: features.flatMap(({ name }) => (used.has(name) ? [] : [{ name, reason: 'is no input of the model' }])),
    width: kept.reduce((sum, encoded) => sum + encodedWidth(encoded), 0), codeWidth: 0,
  };
}
