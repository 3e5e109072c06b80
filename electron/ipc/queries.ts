/** Channels of queries and their rows. */
import * as app from '../app/queries.ts';
import { rowsOfTable } from '../app/rows.ts';
import * as saved from '../app/saved-queries.ts';
import { saveUnderPolicies } from '../app/under-policies.ts';
import type { queryChannels } from '../../shared/contract/queries.ts';
import { done, type Handlers } from './serve.ts';

export const queryHandlers: Handlers<keyof typeof queryChannels> = {
  'queries.run': (context, request) => {
    const { jobId, resultId } = app.startQuery(context, request);
    return { jobId, resultId };
  },
  'queries.rows': (context, { resultId, ...request }) => rowsOfTable(context, app.resultTable(context, resultId), request),
  'queries.saveAs': async (context, { override, ...request }) => {
    const { jobId, datasetId } = await saveUnderPolicies(context, request, override);
    return { jobId, datasetId };
  },
  'queries.functions': (context) => app.listFunctions(context),
  'queries.list': (context) => saved.listSavedQueries(context),
  'queries.save': (context, { name, sql }) => saved.saveQuery(context, name, sql),
  'queries.rename': (context, { id, name, basedOn }) => done(saved.renameQuery(context, id, name, basedOn)),
  'queries.write': (context, { id, sql, basedOn }) => done(saved.writeQuery(context, id, sql, basedOn)),
  'queries.remove': (context, { id }) => done(saved.removeQuery(context, id)),
  'queries.restore': (context, { id }) => done(saved.restoreQuery(context, id)),
};
