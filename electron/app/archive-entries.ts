/** The project's things as entries of an archive: each with its files, its text, and how it came to be. */
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import type { Block, Page } from '../../shared/domain/pages.ts';
import type { Dataset } from '../../shared/domain/datasets.ts';
import { formatTag } from '../../shared/domain/datasets.ts';
import type { DriftReport } from '../../shared/domain/drift.ts';
import type { ObjectHash } from '../../shared/domain/ids.ts';
import type { Model } from '../../shared/domain/models.ts';
import type { Run } from '../../shared/domain/runs.ts';
import type { ElnEntry, ElnFile } from '../archive/eln-content.ts';
import type { Store } from '../store/store.ts';

type Data = Omit<ArchiveData, 'files'>;

/** Where each object and entity lies in the archive, so that the page can link to it. */
export function filePaths({ datasets, runs, models, reports, pages }: Data): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const dataset of datasets) for (const version of dataset.versions) paths[version.id] = versionPath(dataset, version.number);
  for (const run of runs) {
    paths[run.id] = `${runFolder(run)}/run.json`;
    if (run.result) {
      paths[run.result.model] = `${runFolder(run)}/model.onnx`;
      paths[run.result.history] = `${runFolder(run)}/history.parquet`;
    }
  }
  for (const model of models) {
    paths[model.id] = `${modelFolder(model)}/model.json`;
    // Its run may have been removed; the model is in the archive all the same.
    paths[model.object] ??= ownModelPath(model);
  }
  for (const report of reports) paths[report.id] = `drift-${report.id}/report.json`;
  for (const page of pages) paths[page.id] = `page-${page.id}/page.md`;
  return paths;
}

export async function elnEntries(store: Store, data: ArchiveData): Promise<ElnEntry[]> {
  return [
    ...data.pages.map((page) => pageEntry(page, data)),
    ...(await Promise.all(data.datasets.map((dataset) => datasetEntry(store, dataset, data)))),
    ...(await Promise.all(data.runs.map((run) => runEntry(store, run, data)))),
    ...(await Promise.all(data.models.map((model) => modelEntry(store, model, data)))),
    ...data.reports.map((report) => reportEntry(report, data)),
  ];
}

function pageEntry(page: Page, data: ArchiveData): ElnEntry {
  const markdown = [`# ${page.title}`, ...page.blocks.map((block) => blockText(block, data))].join('\n\n');
  return {
    ...common(page), folder: `page-${page.id}`, kind: 'experiment', name: page.title, text: markdown,
    files: [textFile(`page-${page.id}/page.md`, `${markdown}\n`, `${page.title}.md`, 'The page as Markdown', 'text/markdown')],
    mentions: page.blocks.flatMap(({ content }) => mentionsOf(content, data)),
  };
}

async function datasetEntry(store: Store, dataset: Dataset, data: ArchiveData): Promise<ElnEntry> {
  const first = dataset.versions[0];
  const latest = dataset.versions.at(-1);
  const files = await Promise.all(dataset.versions.map(async (version): Promise<ElnFile> => ({
    path: versionPath(dataset, version.number), source: { path: await store.objectPath(version.object) },
    name: `${dataset.name} v${version.number}.parquet`, description: `${version.rowCount} rows, ${version.columns.length} columns`,
    encodingFormat: 'application/vnd.apache.parquet',
  })));
  return {
    ...noAction, folder: datasetFolder(dataset), kind: 'resource', name: dataset.name, author: first?.createdBy ?? data.exportedBy,
    createdAtMs: first?.createdAtMs ?? data.exportedAtMs, changedAtMs: latest?.createdAtMs ?? data.exportedAtMs,
    text: dataset.description, textFormat: 'text/markdown', keywords: dataset.tags.map(formatTag), files, mentions: [],
    properties: dataset.versions.flatMap(({ number, rowCount, object }) => [
      { id: `v${number}.rows`, value: rowCount }, { id: `v${number}.sha256`, value: object },
    ]),
  };
}

async function runEntry(store: Store, run: Run, data: ArchiveData): Promise<ElnEntry> {
  const folder = runFolder(run);
  const files: ElnFile[] = [jsonFile(`${folder}/run.json`, run, `${run.label}.json`, 'Settings, environment and results')];
  if (run.result) {
    files.push(await onnxFile(store, run.result.model, `${folder}/model.onnx`, run.label), {
      path: `${folder}/history.parquet`, source: { path: await store.objectPath(run.result.history) }, name: `${run.label} history.parquet`,
      description: 'Every metric by epoch', encodingFormat: 'application/vnd.apache.parquet',
    });
  }
  if (run.result?.trace !== undefined) {
    files.push({
      path: `${folder}/trace.bin`, source: { path: await store.objectPath(run.result.trace) }, name: `${run.label} trace.bin`,
      description: 'The loss of every step and hashes of the weights after every epoch, to compare a rerun with', encodingFormat: 'application/octet-stream',
    });
  }
  const { model } = run.config;
  if (model.kind === 'imported') {
    files.push({ ...await onnxFile(store, model.model, `${folder}/base.onnx`, `${run.label} base`), description: 'The model that was trained on' });
  }
  const dataset = data.datasets.find(({ id }) => id === run.datasetId);
  const dataPath = data.files[run.config.versionId];
  return {
    folder, kind: 'experiment', name: `${run.label} ${run.name}`, author: run.createdBy, createdAtMs: run.startedAtMs,
    changedAtMs: run.endedAtMs ?? run.startedAtMs, text: run.note, textFormat: 'text/markdown', keywords: run.tags.map(formatTag), files,
    mentions: dataset ? [datasetFolder(dataset)] : [],
    properties: [...flatten('config', run.config), ...flatten('test', run.result?.test ?? {})],
    action: {
      name: `Train ${run.label}`, agent: run.createdBy,
      instrument: { name: 'ONNX Runtime', version: run.environment?.onnxRuntimeVersion ?? 'unknown' },
      objects: dataPath === undefined ? [] : [dataPath], results: files.slice(1).map(({ path }) => path),
      startedAtMs: run.startedAtMs, endedAtMs: run.endedAtMs,
      status: run.status === 'done' ? 'completed' : run.status === 'running' ? 'active' : 'failed',
    },
  };
}

async function modelEntry(store: Store, model: Model, data: ArchiveData): Promise<ElnEntry> {
  const run = data.runs.find(({ id }) => id === model.runId);
  const files = [jsonFile(`${modelFolder(model)}/model.json`, model, `${model.name}.json`, 'The model card')];
  if (data.files[model.object] === ownModelPath(model)) files.push(await onnxFile(store, model.object, ownModelPath(model), model.name));
  return {
    ...noAction, folder: modelFolder(model), kind: 'resource', name: model.name, author: model.createdBy, createdAtMs: model.createdAtMs,
    changedAtMs: model.createdAtMs, text: model.note, textFormat: 'text/markdown', keywords: [model.stage],
    files, mentions: run ? [runFolder(run)] : [], properties: flatten('test', model.test),
  };
}

async function onnxFile(store: Store, object: ObjectHash, path: string, name: string): Promise<ElnFile> {
  return {
    path, source: { path: await store.objectPath(object) }, name: `${name}.onnx`,
    description: 'The trained model; takes raw columns', encodingFormat: 'application/onnx',
  };
}

function reportEntry(report: DriftReport, data: ArchiveData): ElnEntry {
  const versions = report.spec.kind === 'cut' ? [report.spec.version] : [report.spec.reference, report.spec.current];
  const datasets = data.datasets.filter((dataset) => dataset.versions.some(({ id }) => versions.includes(id)));
  const latest = report.windows.at(-1);
  return {
    ...noAction, folder: `drift-${report.id}`, kind: 'experiment', name: report.name, author: report.createdBy, createdAtMs: report.createdAtMs,
    changedAtMs: report.createdAtMs, textFormat: 'text/markdown', keywords: ['drift'],
    text: latest?.columns.map(({ column, sentence }) => `- **${column}**: ${sentence}`).join('\n') ?? '',
    files: [jsonFile(`drift-${report.id}/report.json`, report, `${report.name}.json`, 'Scores, thresholds and decisions per column and window')],
    mentions: datasets.map(datasetFolder), properties: report.windows.map(({ label, driftedShare }) => ({ id: `driftedShare.${label}`, value: driftedShare })),
  };
}

const noAction = { action: null } as const;

function common({ createdBy, createdAtMs, changedAtMs }: Page): Pick<ElnEntry, 'author' | 'createdAtMs' | 'changedAtMs' | 'textFormat' | 'keywords' | 'properties' | 'action'> {
  return { ...noAction, author: createdBy, createdAtMs, changedAtMs, textFormat: 'text/markdown', keywords: [], properties: [] };
}

/** A block as Markdown: text as it is, an embed as a line that names what it shows. */
function blockText({ content }: Block, data: ArchiveData): string {
  switch (content.kind) {
    case 'markdown': return content.text;
    case 'dataset': return `*Dataset: ${data.datasets.find(({ id }) => id === content.datasetId)?.name ?? 'removed'}*`;
    case 'run': return `*Run: ${data.runs.find(({ id }) => id === content.runId)?.label ?? 'removed'}*`;
    case 'drift': return `*Drift report: ${data.reports.find(({ id }) => id === content.reportId)?.name ?? 'removed'}*`;
    case 'metric-chart': return `*Chart of ${content.metric}: ${content.runIds.map((id) => data.runs.find((run) => run.id === id)?.label ?? 'removed').join(', ')}*`;
  }
}

function mentionsOf(content: Block['content'], { datasets, runs, reports }: ArchiveData): string[] {
  switch (content.kind) {
    case 'markdown': return [];
    case 'dataset': return datasets.filter(({ id }) => id === content.datasetId).map(datasetFolder);
    case 'run': return runs.filter(({ id }) => id === content.runId).map(runFolder);
    case 'drift': return reports.filter(({ id }) => id === content.reportId).map(({ id }) => `drift-${id}`);
    case 'metric-chart': return runs.filter(({ id }) => content.runIds.includes(id)).map(runFolder);
  }
}

function datasetFolder({ id }: Pick<Dataset, 'id'>): string {
  return `dataset-${id}`;
}

function versionPath(dataset: Pick<Dataset, 'id'>, number: number): string {
  return `${datasetFolder(dataset)}/v${number}.parquet`;
}

function modelFolder({ id }: Pick<Model, 'id'>): string {
  return `model-${id}`;
}

function ownModelPath(model: Pick<Model, 'id'>): string {
  return `${modelFolder(model)}/model.onnx`;
}

function runFolder({ id }: Pick<Run, 'id'>): string {
  return `run-${id}`;
}

/** Scalars of an object by their dotted path; lists as JSON text. */
function flatten(prefix: string, value: unknown): { id: string; value: string | number | boolean }[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [{ id: prefix, value }];
  if (Array.isArray(value)) return [{ id: prefix, value: JSON.stringify(value) }];
  return Object.entries(value).flatMap(([key, inner]) => flatten(`${prefix}.${key}`, inner));
}

function jsonFile(path: string, content: unknown, name: string, description: string): ElnFile {
  return textFile(path, `${JSON.stringify(content, null, 2)}\n`, name, description, 'application/json');
}

function textFile(path: string, text: string, name: string, description: string, encodingFormat: string): ElnFile {
  return { path, source: { bytes: new TextEncoder().encode(text) }, name, description, encodingFormat };
}
