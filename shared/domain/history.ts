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
  /** Signed with a key that somebody trusted had revoked, and not seen by then. */
  flag: z.enum(['after-revocation']).nullable().default(null),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

export const historyAreas = ['project', 'datasets', 'runs', 'models', 'drift', 'pages', 'policies', 'people', 'restored'] as const;
export const HistoryArea = z.enum(historyAreas);
export type HistoryArea = z.infer<typeof HistoryArea>;

/** How the kinds of the events of an area begin. */
export const kindsOfArea: Readonly<Record<HistoryArea, readonly string[]>> = {
  project: ['project.', 'sample.'], datasets: ['datasets.', 'queries.'], runs: ['runs.'], models: ['models.'], drift: ['drift.'], pages: ['pages.'], policies: ['policies.'],
  people: ['people.', 'device.'], restored: ['history.', 'conflicts.', 'pages.restoreTo'],
};

/** What a reader of the history asks for; what is null does not narrow it. */
export const HistoryQuery = z.object({
  entity: z.string().nullable(),
  person: z.string().nullable().default(null),
  device: z.string().nullable().default(null),
  area: HistoryArea.nullable().default(null),
  /** Words that the sentence or the reason contains, in any order. */
  text: z.string().max(200).default(''),
  sinceMs: z.number().nullable().default(null),
  /** Not itself part of it. */
  untilMs: z.number().nullable().default(null),
  limit: z.number().int().min(1).max(1000),
  /** `next` of the answer before. */
  before: z.number().int().nullable(),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

/** Who wrote in the project, and on which device. */
export const HistoryWriter = z.object({
  person: z.string(),
  device: z.string(),
  /** Name of the computer, where it is known. */
  deviceName: z.string().nullable(),
  isThis: z.boolean(),
  eventCount: z.number().int(),
});
export type HistoryWriter = z.infer<typeof HistoryWriter>;
