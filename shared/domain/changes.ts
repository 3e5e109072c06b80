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
  after: z.json(),
});
export type ChangedValue = z.infer<typeof ChangedValue>;

export const ValueVersion = z.object({ hash: z.string(), atMs: z.number(), person: z.string(), device: z.string(), value: z.json() });
export type ValueVersion = z.infer<typeof ValueVersion>;

/** A field that has several concurrent values; the first is the one shown everywhere. */
export const Conflict = z.object({ entity: z.string(), type: z.string(), label: z.string(), field: z.string(), versions: z.array(ValueVersion).min(2) });
export type Conflict = z.infer<typeof Conflict>;
