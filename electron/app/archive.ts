/** Exports the project as one signed .eln archive, and checks such an archive in a worker process. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { archiveDataPlaceholder, type ArchiveData } from '../../shared/domain/archive-data.ts';
import type { JobId, RunId } from '../../shared/domain/ids.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { fail } from '../../shared/errors.ts';
import { writeEln, type WrittenEln } from '../archive/eln.ts';
import type { JobContext } from '../jobs/queue.ts';
import { WorkerClient } from '../jobs/worker-client.ts';
import type { WorkerLauncher } from '../jobs/worker-link.ts';
import { elnEntries, filePaths } from './archive-entries.ts';
import { listFiles } from '../store/folder/folder.ts';
import type { AppContext } from './context.ts';
import { listDatasets, profileVersion } from './datasets.ts';
import { getReport, listReports } from './drift.ts';
import { listModels } from './models.ts';
import { getPage, listPages } from './pages.ts';
import { projectName } from './project.ts';
import { listHistory } from './timeline.ts';
import { knownKeys } from './trust-here.ts';
import { listRuns, readCurves } from './runs.ts';

export function startExport(context: AppContext, targetPath: string): { jobId: JobId; finished: Promise<WrittenEln> } {
  const job = context.jobs.start({
    kind: 'export', title: `Export ${basename(targetPath)}`, subject: {},
    work: (jobContext) => writeArchive(context, targetPath, jobContext),
  });
  return { jobId: job.id, finished: job.finished };
}

/** Exports and waits; for the command line. */
export function exportArchive(context: AppContext, targetPath: string): Promise<WrittenEln> {
  return startExport(context, targetPath).finished;
}

export function startVerify(context: AppContext, path: string): { jobId: JobId; finished: Promise<VerifyReport> } {
  const job = context.jobs.start({
    kind: 'verify', title: `Verify ${basename(path)}`, subject: {},
    work: ({ signal, report }) => context.importer.run('verify', { path, trustedKeys: knownKeys(context.store) }, {
      signal, onProgress: (progress) => report(progress as Parameters<typeof report>[0]),
    }),
  });
  return { jobId: job.id, finished: job.finished };
}

const verifierMemoryMb = 1000;

/** Checks an archive without a project, in a process of its own. */
export async function verifyArchive(launchWorker: WorkerLauncher, path: string, trustedKeys: readonly string[]): Promise<VerifyReport> {
  const worker = new WorkerClient('data', launchWorker, { memoryMb: verifierMemoryMb });
  try {
    return await worker.run('verify', { path, trustedKeys });
  } finally {
    await worker.close();
  }
}

async function writeArchive(context: AppContext, targetPath: string, { signal, report }: JobContext): Promise<WrittenEln> {
  const { store, person, appVersion, clock } = context;
  report({ done: 0, total: null, unit: 'bytes', step: 'Collecting' });
  await store.flush('archive');
  const data = await collect(context, signal);
  const segments = await store.segmentFiles();
  const seals = await listFiles(store.writer.disk, store.projectDir, 'seal', 1);
  return writeEln({
    writer: store.writer, targetPath, rootName: rootName(targetPath), signingKey: store.signingKey, signal,
    content: {
      project: { id: store.projectId, name: data.project.name, description: 'A project of Assay, the lab notebook for machine learning.' },
      exportedAtMs: clock(), exportedBy: person, appVersion,
      entries: await elnEntries(store, data),
      segments: segments.map(({ path }) => ({ path: path.replace(/^log[/\\]/, '').replaceAll('\\', '/'), source: { path: `${store.projectDir}/${path}` } })),
      seals: seals.filter(({ path }) => /^seal\/[A-Za-z0-9._-]+$/.test(path)).map(({ path }) => ({ name: path.slice('seal/'.length), source: { path: `${store.projectDir}/${path}` } })),
      previewHtml: { bytes: await viewerPage(context.viewerPath, data) },
    },
    onProgress: ({ done, total }) => report({ done, total, unit: 'bytes', step: 'Writing' }),
  });
}

async function collect(context: AppContext, signal: AbortSignal): Promise<ArchiveData> {
  const { store, person, appVersion, clock } = context;
  const datasets = listDatasets(context);
  const runs = listRuns(context);
  const profiles: ArchiveData['profiles'] = [];
  for (const { versions } of datasets) {
    if (signal.aborted) throw fail('job/cancelled');
    const latest = versions.at(-1);
    if (latest) profiles.push({ versionId: latest.id, columns: await profileVersion(context, latest.id) });
  }
  const data = {
    format: 1 as const,
    project: { id: store.projectId, name: projectName(context) },
    exportedAtMs: clock(), exportedBy: person, deviceFingerprint: store.deviceFingerprint, appVersion,
    pages: listPages(context).map(({ id }) => getPage(context, id)),
    datasets, datasetNotes: datasets.map(({ id }) => ({ datasetId: id, text: store.text(id).text })).filter(({ text }) => text.trim() !== ''), profiles, runs,
    curves: await readCurves(context, runs.map(({ id }): RunId => id)),
    models: listModels(context),
    reports: await Promise.all(listReports(context).map(({ id }) => getReport(context, id))),
    history: listHistory(context, { entity: null, limit: maxHistory, before: null }).entries,
  };
  return { ...data, files: filePaths(data) };
}

/** The page lists this many of the latest events; the whole log is in the archive beside it. */
const maxHistory = 1000;

async function viewerPage(viewerPath: string, data: ArchiveData): Promise<Uint8Array> {
  const page = await readFile(viewerPath, 'utf8').catch((cause: unknown) => {
    throw fail('files/not-found', { path: viewerPath }, cause);
  });
  const [before, after] = splitOnce(page, archiveDataPlaceholder);
  // "<" never stands in the JSON as itself, so no text of the project can end the script element.
  return new TextEncoder().encode(before + JSON.stringify(data).replaceAll('<', '\\u003c') + after);
}

function splitOnce(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`the viewer page has no place for the data (${mark})`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** The archive's name in plain ASCII, which is also the name of its one folder. */
function rootName(targetPath: string): string {
  const name = basename(targetPath, extname(targetPath)).normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  return name || 'project';
}
