/** What is known of the content of datasets: notes on columns, what Assay finds and suggests, tags of many, saved searches. */
import { z } from 'zod';
import { Classification } from '../domain/classification.ts';
import { ColumnNote, ColumnNoteChange } from '../domain/column-notes.ts';
import { SavedSearch, SearchName, SearchQuery } from '../domain/dataset-search.ts';
import { Tag } from '../domain/datasets.ts';
import { DatasetId, SearchId, VersionId } from '../domain/ids.ts';
import { BasedOn } from './based-on.ts';
import { channel } from './channel.ts';

const nothing = z.object({});

export const classificationChannels = {
  'columns.list': channel({ input: z.object({ datasetId: DatasetId }), output: z.array(ColumnNote), writes: false }),
  'columns.describe': channel({
    input: z.object({ datasetId: DatasetId, column: z.string().min(1), change: ColumnNoteChange, basedOn: BasedOn }), output: nothing, writes: true,
  }),
  /** Measured once per content; the suggestions leave out what has been decided. */
  'datasets.classify': channel({ input: z.object({ versionId: VersionId }), output: Classification, writes: false }),
  /** Puts tags on datasets and takes others off, as one action; answers which datasets changed. */
  'datasets.retag': channel({
    input: z.object({ ids: z.array(DatasetId).min(1).max(10_000), add: z.array(Tag).max(50), remove: z.array(Tag).max(50) }),
    output: z.object({ ids: z.array(DatasetId) }), writes: true,
  }),
  'searches.list': channel({ input: nothing, output: z.array(SavedSearch), writes: false }),
  'searches.save': channel({ input: z.object({ name: SearchName, query: SearchQuery }), output: z.object({ id: SearchId }), writes: true }),
  'searches.remove': channel({ input: z.object({ id: SearchId }), output: nothing, writes: true }),
  'searches.restore': channel({ input: z.object({ id: SearchId }), output: nothing, writes: true }),
};
