/** What an event changed, value by value, and values that people wrote without knowing of each other. */
import { z } from 'zod';

export const ChangedValue = z.object({
  entity: z.string(),
  /** Entity type in the store, for example "run". */
  type: z.string(),
  /** The thing's present name, for example: run R3. */
  label: z.string(),
  field: z.string(),
  kind: z.enum(['value', 'set', 'text']),
  /** The values it replaced; several when it settled a conflict, none when there was no value. */
  before: z.array(z.json()),
  /** Null after a value was taken out of a set. */
  after: z.json(),
  /** Why neither side can be restored, as a sentence; null when one can. */
  fixedBecause: z.string().nullable(),
  /** Whether the thing has the value of after now, and nothing else. */
  isPresent: z.boolean(),
});
export type ChangedValue = z.infer<typeof ChangedValue>;

/** The changes of an event, and what else there is to do with it. */
export const Changes = z.object({
  values: z.array(ChangedValue),
  /** The device that signed it: the name of the computer where it is known, and the fingerprint of its key. */
  device: z.object({ id: z.string(), name: z.string().nullable(), isThis: z.boolean() }),
  /** The pages that can be looked at as they were just after it. */
  pages: z.array(z.object({ id: z.string(), title: z.string() })),
});
export type Changes = z.infer<typeof Changes>;

export const ValueVersion = z.object({ hash: z.string(), atMs: z.number(), person: z.string(), device: z.string(), value: z.json() });
export type ValueVersion = z.infer<typeof ValueVersion>;

/** A field that has several concurrent values; the first is the one shown everywhere. */
export const Conflict = z.object({ entity: z.string(), type: z.string(), label: z.string(), field: z.string(), versions: z.array(ValueVersion).min(2) });
export type Conflict = z.infer<typeof Conflict>;
