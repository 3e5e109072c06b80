/** Drift reports: computed in the tables worker, kept as an object, listed from a few registers. */
import { readFile } from 'node:fs/promises';
import { DriftReport, DriftSummary, driftShareThreshold, type DriftSpec } from '../../shared/domain/drift.ts';
import type { JobId, ObjectHash, ReportId, VersionId } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { DriftTaskInput } from '../jobs/tasks.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion, tableOf } from './datasets.ts';
import { listOf, plain, type Kind } from './entities.ts';

const summaryKind: Kind<typeof DriftSummary> = { type: 'report', word: 'drift report', schema: DriftSummary, shape: plain };

export function listReports({ store }: AppContext): DriftSummary[] {
  return listOf(store, summaryKind);
}

/** @throws AppError store/not-found, store/object-missing, store/object-damaged */
export async function getReport({ store }: AppContext, id: ReportId): Promise<DriftReport> {
  const entity = store.get('report', id);
  if (!entity) throw fail('store/not-found', { kind: 'drift report', id });
  const { name, object } = entity.fields;
  const content: unknown = JSON.parse(await readFile(await store.objectPath(object as ObjectHash), 'utf8'));
  const parsed = DriftReport.safeParse({ ...(content as object), id, name, createdAtMs: entity.createdAtMs, createdBy: entity.createdBy });
  if (!parsed.success) throw fail('store/not-found', { kind: 'drift report', id });
  return parsed.data;
}

export function removeReport({ store }: AppContext, id: ReportId): void {
  if (!store.get('report', id)) throw fail('store/not-found', { kind: 'drift report', id });
  store.commit('drift.remove', [{ o: 'set', e: id, f: { deleted: true } }]);
}

export function startDrift(context: AppContext, { name, spec }: { name: string; spec: DriftSpec }): { jobId: JobId; reportId: ReportId; finished: Promise<void> } {
  mustKnowVersions(context, spec);
  const reportId = context.store.newId<ReportId>();
  const job = context.jobs.start({
    kind: 'drift', title: `Drift: ${name}`, subject: { reportId },
    work: (jobContext) => makeReport(context, { name, spec, reportId }, jobContext),
  });
  return { jobId: job.id, reportId, finished: job.finished };
}

async function makeReport(
  context: AppContext, { name, spec, reportId }: { name: string; spec: DriftSpec; reportId: ReportId }, { signal, report }: JobContext,
): Promise<void> {
  const { store, tables, clock } = context;
  const startedAtMs = clock();
  report({ done: 0, total: null, unit: 'columns', step: 'Comparing' });
  const found = await tables.run('drift', await taskOf(context, spec), { signal });
  const referenceLabel = spec.kind === 'two-versions' ? labelOf(context, spec.reference) : found.referenceLabel;
  const content = { ...found, spec, referenceLabel, shareThreshold: driftShareThreshold, elapsedMs: clock() - startedAtMs };
  const { hash } = await store.putObject({ bytes: new TextEncoder().encode(JSON.stringify(content)) });
  store.commit('drift.report', [{
    o: 'create', e: reportId, t: 'report',
    f: { name, object: hash, versionIds: versionsOf(spec), windowCount: found.windows.length, drifted: found.windows.some(({ drifted }) => drifted), driftedShare: Math.max(...found.windows.map(({ driftedShare }) => driftedShare)) },
  }], { objects: [hash] });
}

async function taskOf(context: AppContext, spec: DriftSpec): Promise<DriftTaskInput> {
  const { store } = context;
  if (spec.kind === 'two-versions') {
    return {
      reference: await tableOf(store, getVersion(store, spec.reference)),
      current: await tableOf(store, getVersion(store, spec.current)),
      currentLabel: labelOf(context, spec.current), cut: null, columns: spec.columns,
    };
  }
  return {
    reference: await tableOf(store, getVersion(store, spec.version)), current: null, currentLabel: '',
    cut: { column: spec.cutBy, period: spec.period, referenceWindows: spec.referenceWindows }, columns: spec.columns,
  };
}

/** The versions that are compared, or the one that is cut. */
export function versionsOf(spec: DriftSpec): VersionId[] {
  return spec.kind === 'two-versions' ? [spec.reference, spec.current] : [spec.version];
}

function mustKnowVersions({ store }: AppContext, spec: DriftSpec): void {
  const [first] = versionsOf(spec).map((id) => getVersion(store, id));
  if (spec.kind === 'two-versions' || !first) return;
  const { columns } = first;
  if (!columns.some(({ name }) => name === spec.cutBy)) {
    throw fail('data/unknown-column', { column: spec.cutBy, dataset: 'the dataset', columns: columns.map(({ name }) => name).join(', ') });
  }
}

/** "flights v2", for titles and legends. */
export function labelOf(context: AppContext, versionId: Parameters<typeof getVersion>[1]): string {
  const version = getVersion(context.store, versionId);
  return `${getDataset(context, version.datasetId).name} v${version.number}`;
}
