/** Channels of what is known of the content of datasets. */
import { classifyVersion } from '../app/classification.ts';
import { describeColumn, listColumnNotes } from '../app/columns.ts';
import { retagDatasets } from '../app/datasets.ts';
import * as searches from '../app/searches.ts';
import type { classificationChannels } from '../../shared/contract/classification.ts';
import { done, type Handlers } from './serve.ts';

export const classificationHandlers: Handlers<keyof typeof classificationChannels> = {
  'columns.list': (context, { datasetId }) => listColumnNotes(context, datasetId),
  'columns.describe': (context, { basedOn, ...request }) => done(describeColumn(context, { ...request, seen: basedOn })),
  'datasets.classify': (context, { versionId }) => classifyVersion(context, versionId),
  'datasets.retag': (context, request) => ({ ids: retagDatasets(context, request) }),
  'searches.list': (context) => searches.listSearches(context),
  'searches.save': (context, search) => searches.saveSearch(context, search),
  'searches.remove': (context, { id }) => done(searches.removeSearch(context, id)),
  'searches.restore': (context, { id }) => done(searches.restoreSearch(context, id)),
};
