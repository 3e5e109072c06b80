/** Channels of datasets and imports. */
import * as app from '../app/datasets.ts';
import { keepPasted, sniffFile, surveyFiles, updateOf } from '../app/imports.ts';
import { datasetNotes, writeDatasetNotes } from '../app/dataset-notes.ts';
import { readRows, leaveRows } from '../app/rows.ts';
import { importUnderPolicies } from '../app/under-policies.ts';
import { grantedSource } from '../app/context.ts';
import type { datasetChannels } from '../../shared/contract/datasets.ts';
import { done, type Handlers } from './serve.ts';

export const datasetHandlers: Handlers<keyof typeof datasetChannels> = {
  'imports.sniff': (context, { file, ...look }) => sniffFile(context, file, look),
  'imports.survey': (context, { files }) => surveyFiles(context, files),
  'imports.paste': async (context, { text }) => ({ file: await keepPasted(context, text) }),
  'imports.start': async (context, { file, override, ...request }) => ({ jobId: (await importUnderPolicies(context, { path: grantedSource(context, file), ...request }, override)).jobId }),
  'imports.update': async (context, { id, file, override }) => ({ jobId: (await importUnderPolicies(context, updateOf(context, { datasetId: id, path: file === null ? null : grantedSource(context, file) }), override)).jobId }),
  'datasets.list': (context) => app.listDatasets(context),
  'datasets.get': (context, { id }) => app.getDataset(context, id),
  'datasets.rename': (context, { id, name, basedOn }) => done(app.renameDataset(context, id, name, basedOn)),
  'datasets.describe': (context, { id, description, basedOn }) => done(app.describeDataset(context, id, description, basedOn)),
  'datasets.notes': ({ store }, { id }) => datasetNotes(store, id),
  'datasets.writeNotes': (context, { id, update }) => done(writeDatasetNotes(context, id, update)),
  'datasets.tag': (context, { id, tag }) => done(app.addTag(context, 'dataset', id, tag)),
  'datasets.untag': (context, { id, tag }) => done(app.removeTag(context, 'dataset', id, tag)),
  'datasets.remove': (context, { id }) => done(app.removeDataset(context, id)),
  'datasets.restore': (context, { id }) => done(app.restoreDataset(context, id)),
  'datasets.rows': (context, { versionId, ...request }) => readRows(context, versionId, request),
  'datasets.leaveRows': (context) => done(leaveRows(context)),
  'datasets.profile': (context, { versionId }) => app.profileVersion(context, versionId),
};

