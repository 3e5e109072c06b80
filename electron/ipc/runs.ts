/** Channels of runs and models. */
import { addTag, removeTag } from '../app/datasets.ts';
import * as models from '../app/models.ts';
import * as runs from '../app/runs.ts';
import { suggestConfig } from '../app/suggest.ts';
import { trainFileOf } from '../app/train-file.ts';
import { resumeRun, startRerun } from '../app/training.ts';
import { stageUnderPolicies, trainUnderPolicies } from '../app/under-policies.ts';
import { grantedPath } from '../app/context.ts';
import type { runChannels } from '../../shared/contract/runs.ts';
import { done, type Handlers } from './serve.ts';

export const runHandlers: Handlers<keyof typeof runChannels> = {
  'runs.asFile': (context, { config }) => ({ text: trainFileOf(context, config) }),
  'runs.suggest': (context, { versionId, target, kind }) => suggestConfig(context, versionId, target, kind),
  'runs.train': async (context, { override, ...request }) => {
    const { jobId, runId } = await trainUnderPolicies(context, request, override);
    return { jobId, runId };
  },
  'runs.list': (context) => runs.listRuns(context),
  'runs.get': (context, { id }) => runs.getRun(context.store, id),
  'runs.curves': (context, { ids }) => runs.readCurves(context, ids),
  'runs.rename': (context, { id, name, basedOn }) => done(runs.renameRun(context, id, name, basedOn)),
  'runs.note': (context, { id, note, basedOn }) => done(runs.noteRun(context, id, note, basedOn)),
  'runs.tag': (context, { id, tag }) => done(addTag(context, 'run', id, tag)),
  'runs.untag': (context, { id, tag }) => done(removeTag(context, 'run', id, tag)),
  'runs.remove': (context, { id }) => done(runs.removeRun(context, id)),
  'runs.restore': (context, { id }) => done(runs.restoreRun(context, id)),
  'runs.verify': (context, { id }) => ({ jobId: startRerun(context, id).jobId }),
  'runs.resume': async (context, { id }) => ({ jobId: (await resumeRun(context, id)).jobId }),
  'models.register': (context, { runId, name }) => models.registerModel(context, runId, name),
  'models.list': (context) => models.listModels(context),
  'models.setStage': async (context, { override, ...request }) => {
    await stageUnderPolicies(context, request, override);
    return {};
  },
  'models.note': (context, { id, note, basedOn }) => done(models.noteModel(context, id, note, basedOn)),
  'models.importFile': (context, { file }) => models.importModel(context, grantedPath(context, file)),
  'models.inspect': (context, { object }) => models.inspectModel(context, object),
  'models.predict': (context, { modelId, data, name }) => {
    const source = data.kind === 'version' ? data : { kind: 'path' as const, path: grantedPath(context, data.file) };
    const { jobId, datasetId } = models.startPrediction(context, { modelId, data: source, name });
    return { jobId, datasetId };
  },
};
