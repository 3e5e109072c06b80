/** The audit trail as people read it: one entry per event of the log. */
import { z } from 'zod';

export const HistoryEntry = z.object({
  hash: z.string(),
  atMs: z.number(),
  person: z.string(),
  device: z.string(),
  /** What was done, for example "datasets.import". */
  action: z.string(),
  /** Ids of the entities it touched. */
  entities: z.array(z.string()),
  /** The change as a sentence, for example: Renamed run R3 from "a" to "b". */
  sentence: z.string(),
  why: z.string().nullable(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
