/** Registered models: register a run's export, set its stage, predict with it; and models of files to train on. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Column } from '../../shared/domain/columns.ts';
import { planAsFound, type ImportPlan, type VersionSource } from '../../shared/domain/datasets.ts';
import type { DatasetId, JobId, ModelId, ObjectHash, RunId, VersionId } from '../../shared/domain/ids.ts';
import type { ModelInspection } from '../../shared/domain/model-inspection.ts';
import { Model, type Stage } from '../../shared/domain/models.ts';
import { fail } from '../../shared/errors.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { TableFile } from '../jobs/tasks.ts';
import type { Store } from '../store/store.ts';
import { basedOn } from './based-on.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion, tableOf } from './datasets.ts';
import { listOf, oneOf, plain, type Kind } from './entities.ts';
import { commitVersion, storeForeignTable } from './imports.ts';
import { getRun } from './runs.ts';

const modelKind: Kind<typeof Model> = { type: 'model', word: 'model', schema: Model, shape: plain };

export function listModels({ store }: AppContext): Model[] {
  return listOf(store, modelKind);
}

export function getModel(store: Store, id: ModelId): Model {
  return oneOf(store, modelKind, id);
}

/** @throws AppError train/bad-config for a run without a result */
export function registerModel({ store }: AppContext, runId: RunId, name: string): { id: ModelId } {
  const { label, config, result } = getRun(store, runId);
  if (!result) throw fail('train/bad-config', { field: 'run', value: label, reason: 'it has no trained model' });
  const id = store.newId<ModelId>();
  const model = {
    name, stage: 'candidate', runId, runLabel: label, task: config.task, target: config.target, object: result.model,
    sizeBytes: result.modelSizeBytes, inputs: result.inputs, classes: result.classes, test: result.test, note: '',
  };
  store.commit('models.register', [{ o: 'create', e: id, t: 'model', f: model }], { objects: [result.model] });
  return { id };
}

export function setStage({ store }: AppContext, id: ModelId, stage: Stage, why: string): void {
  getModel(store, id);
  store.commit('models.setStage', [{ o: 'set', e: id, f: { stage } }], why ? { why } : {});
}

export function noteModel({ store }: AppContext, id: ModelId, note: string, seen?: string): void {
  getModel(store, id);
  store.commit('models.note', [{ o: 'set', e: id, f: { note } }], basedOn(store, id, 'note', seen));
}

/**
 * Keeps an ONNX file in the project, once it is known that it can be trained on. A run that names it refers to it from then on.
 * @throws AppError model/malformed, model/refused
 */
export async function importModel(context: AppContext, path: string): Promise<{ object: ObjectHash; fileName: string; inspection: ModelInspection }> {
  const inspection = await context.importer.run('inspect', { path });
  if (inspection.problem !== null) throw fail('model/refused', { reason: inspection.problem });
  const { hash } = await context.store.putObject({ path });
  return { object: hash, fileName: basename(path), inspection };
}

/** @throws AppError store/* when the project has no such object */
export async function inspectModel({ store, importer }: AppContext, object: ObjectHash): Promise<ModelInspection> {
  return importer.run('inspect', { path: await store.objectPath(object) });
}

export type PredictionData = { readonly kind: 'version'; readonly versionId: VersionId } | { readonly kind: 'path'; readonly path: string };

export function startPrediction(
  context: AppContext, { modelId, data, name }: { modelId: ModelId; data: PredictionData; name: string },
): { jobId: JobId; datasetId: DatasetId; finished: Promise<{ rowCount: number }> } {
  const model = getModel(context.store, modelId);
  const datasetId = context.store.newId<DatasetId>();
  const job = context.jobs.start({
    kind: 'predict', title: `Predict with ${model.name}`, subject: { modelId, datasetId },
    work: (jobContext) => predict(context, { model, data, name, datasetId }, jobContext),
  });
  return { jobId: job.id, datasetId, finished: job.finished };
}

async function predict(
  context: AppContext, { model, data, name, datasetId }: { model: Model; data: PredictionData; name: string; datasetId: DatasetId }, job: JobContext,
): Promise<{ rowCount: number }> {
  const { store, trainer } = context;
  const { table, tableName, source } = await predictionTable(context, model, data, job);
  const outPath = join(store.scratchDir(), `${store.newId()}.parquet`);
  try {
    job.report({ done: 0, total: null, unit: 'rows', step: 'Predicting' });
    const modelPath = await store.objectPath(model.object);
    const made = await trainer.run('predict', { modelPath, table, tableName, outPath, threadCount: 1 }, { signal: job.signal });
    const { hash, sizeBytes } = await store.putObject({ path: outPath });
    commitVersion(context, 'models.predict', { datasetId, newDatasetName: name, number: 1, table: { ...made, object: hash, sizeBytes }, source });
    return { rowCount: made.rowCount };
  } finally {
    await rm(outPath, { force: true });
  }
}

async function predictionTable(
  context: AppContext, model: Model, data: PredictionData, job: JobContext,
): Promise<{ table: TableFile; tableName: string; source: VersionSource }> {
  const { store } = context;
  if (data.kind === 'version') {
    const version = getVersion(store, data.versionId);
    return {
      table: await tableOf(store, version), tableName: getDataset(context, version.datasetId).name,
      source: { kind: 'prediction', runId: model.runId, inputVersionId: version.id, fileName: null },
    };
  }
  const tableName = basename(data.path);
  const plan = await planFor(context, model.inputs, data.path);
  const stored = await storeForeignTable(context, data.path, plan, job);
  return {
    table: { path: await store.objectPath(stored.object), columns: stored.columns }, tableName,
    source: { kind: 'prediction', runId: model.runId, inputVersionId: null, fileName: tableName },
  };
}

/** The file's own columns, read with the types the model needs where the names agree. */
async function planFor(context: AppContext, inputs: readonly Column[], path: string): Promise<ImportPlan> {
  const sniff = await context.importer.run('sniff', { path });
  const missing = inputs.find(({ name }) => !sniff.columns.some((column) => column.sourceName === name));
  if (missing) throw fail('predict/column-missing', { column: missing.name, dataset: `"${basename(path)}"`, columns: inputs.map(({ name }) => name).join(', ') });
  const typeOf = new Map(inputs.map(({ name, type }) => [name, type]));
  return planAsFound(sniff, typeOf);
}
