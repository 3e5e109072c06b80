/** SQL over the datasets of the project, its rows, and queries that were given a name. */
import { z } from 'zod';
import { RowWindow } from '../domain/datasets.ts';
import { DatasetId, JobId, QueryId, ResultId } from '../domain/ids.ts';
import { OverrideReason } from '../domain/policies.ts';
import { QueryText, RowView, SavedQuery } from '../domain/query.ts';
import { BasedOn } from './based-on.ts';
import { channel } from './channel.ts';

const nothing = z.object({});
const name = z.string().trim().min(1).max(120);

/** Which of the rows of a view. */
export const rowWindow = { offset: z.number().int().min(0), limit: z.number().int().min(1).max(1000) } as const;

export const queryChannels = {
  /** The outcome of the job is a QueryResult. `rowLimit` null computes every row. */
  'queries.run': channel({ input: z.object({ sql: QueryText, rowLimit: z.number().int().min(1).nullable() }), output: z.object({ jobId: JobId, resultId: ResultId }), writes: false }),
  'queries.rows': channel({ input: z.object({ resultId: ResultId, view: RowView, ...rowWindow }), output: RowWindow, writes: false }),
  /** Stores the rows as a version of a dataset; null makes a new one. */
  'queries.saveAs': channel({ input: z.object({ resultId: ResultId, name, datasetId: DatasetId.nullable(), override: OverrideReason.nullable().default(null) }), output: z.object({ jobId: JobId, datasetId: DatasetId }), writes: true }),
  /** Functions that a query can call. */
  'queries.functions': channel({ input: nothing, output: z.array(z.string()), writes: false }),
  'queries.list': channel({ input: nothing, output: z.array(SavedQuery), writes: false }),
  'queries.save': channel({ input: z.object({ name, sql: QueryText }), output: z.object({ id: QueryId }), writes: true }),
  'queries.rename': channel({ input: z.object({ id: QueryId, name, basedOn: BasedOn }), output: nothing, writes: true }),
  'queries.write': channel({ input: z.object({ id: QueryId, sql: QueryText, basedOn: BasedOn }), output: nothing, writes: true }),
  'queries.remove': channel({ input: z.object({ id: QueryId }), output: nothing, writes: true }),
  'queries.restore': channel({ input: z.object({ id: QueryId }), output: nothing, writes: true }),
};
