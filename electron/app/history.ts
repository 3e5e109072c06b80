/** Says in a sentence what an event did. The sentence is made when it is read, so old logs gain from better words. */
import { formatTag, Tag } from '../../shared/domain/datasets.ts';
import type { Op, Store, StoredEvent } from '../store/store.ts';

type Sentence = (about: { store: Store; ops: readonly Op[] }) => string;

const sentences: Readonly<Record<string, Sentence>> = {
  'project.create': ({ ops }) => `Created the project ${quoted(written(ops, 'name'))}`,
  'project.rename': ({ ops }) => `Renamed the project to ${quoted(written(ops, 'name'))}`,
  'sample.complete': () => 'Completed the sample project',
  'datasets.import': ({ store, ops }) => `Imported ${datasetOf(store, ops)} v${written(ops, 'number')} (${rows(written(ops, 'rowCount'))})`,
  'datasets.rename': ({ ops }) => `Renamed a dataset to ${quoted(written(ops, 'name'))}`,
  'datasets.describe': ({ store, ops }) => `Described ${subject(store, ops)}`,
  'datasets.tag': ({ store, ops }) => `Tagged ${subject(store, ops)} with ${tagOf(ops)}`,
  'datasets.untag': ({ store, ops }) => `Took the tag ${tagOf(ops)} off ${subject(store, ops)}`,
  'datasets.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'datasets.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'runs.start': ({ ops }) => `Started run ${written(ops, 'label')}, ${quoted(written(ops, 'name'))}, on ${written(ops, 'datasetName')} v${written(ops, 'versionNumber')}`,
  'runs.finish': ({ store, ops }) => `Finished ${subject(store, ops)}${scoreOf(ops)}`,
  'runs.cancel': ({ store, ops }) => `Cancelled ${subject(store, ops)}`,
  'runs.fail': ({ store, ops }) => `${subject(store, ops)} failed: ${written(ops, 'failure')}`,
  'runs.interrupt': ({ store, ops }) => `${subject(store, ops)} was interrupted`,
  'runs.resume': ({ store, ops }) => `Resumed ${subject(store, ops)}`,
  'runs.goOn': ({ store, ops }) => `${subject(store, ops)} went on from ${placeOf(ops)}`,
  'runs.rename': ({ ops }) => `Renamed a run to ${quoted(written(ops, 'name'))}`,
  'runs.note': ({ store, ops }) => `Wrote a note on ${subject(store, ops)}`,
  'runs.tag': ({ store, ops }) => `Tagged ${subject(store, ops)} with ${tagOf(ops)}`,
  'runs.untag': ({ store, ops }) => `Took the tag ${tagOf(ops)} off ${subject(store, ops)}`,
  'runs.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'runs.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'models.register': ({ ops }) => `Registered the model ${quoted(written(ops, 'name'))} from run ${written(ops, 'runLabel')}`,
  'models.setStage': ({ store, ops }) => `Moved ${subject(store, ops)} to ${written(ops, 'stage')}`,
  'models.note': ({ store, ops }) => `Wrote the card of ${subject(store, ops)}`,
  'models.predict': ({ ops }) => `Predicted ${rows(written(ops, 'rowCount'))} into ${quoted(written(ops, 'name'))}`,
  'drift.report': ({ ops }) => `Made the drift report ${quoted(written(ops, 'name'))}: ${percent(written(ops, 'driftedShare'))} of the columns drifted${Number(written(ops, 'windowCount')) > 1 ? ' in the worst window' : ''}`,
  'drift.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'pages.create': ({ ops }) => `Created the page ${quoted(written(ops, 'title'))}`,
  'pages.rename': ({ ops }) => `Renamed a page to ${quoted(written(ops, 'title'))}`,
  'pages.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'pages.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'pages.addBlock': ({ store, ops }) => `Added ${blockWord(ops)} to ${pageOf(store, ops)}`,
  'pages.moveBlock': ({ store, ops }) => `Moved a block of ${pageOf(store, ops)}`,
  'pages.removeBlock': ({ store, ops }) => `Removed a block of ${pageOf(store, ops)}`,
  'pages.restoreBlock': ({ store, ops }) => `Restored a block of ${pageOf(store, ops)}`,
  'pages.editBlock': ({ store, ops }) => `Edited ${pageOf(store, ops)}${excerpt(store, ops)}`,
};

/** Actions that have a sentence; a test holds this against the actions in use. */
export const knownActions: readonly string[] = Object.keys(sentences);

export function sentenceOf(store: Store, event: Pick<StoredEvent, 'kind' | 'ops'>): string {
  return sentences[event.kind]?.({ store, ops: event.ops }) ?? event.kind;
}

/** The value that the event itself wrote to a register. */
function written(ops: readonly Op[], field: string): string {
  for (const op of ops) {
    if ((op.o === 'create' || op.o === 'set') && field in op.f) return String(op.f[field]);
  }
  return '';
}

/** Names what the first op is about, by its present name. */
function subject(store: Store, ops: readonly Op[]): string {
  const entity = store.find(ops[0]?.e ?? '');
  if (!entity) return 'something unknown';
  const { type, fields } = entity;
  if (type === 'run') return `run ${String(fields['label'])}`;
  return `${type === 'report' ? 'drift report' : type} ${quoted(String(fields['name'] ?? fields['title']))}`;
}

function datasetOf(store: Store, ops: readonly Op[]): string {
  const id = written(ops, 'datasetId');
  return quoted(String(store.find(id)?.fields['name'] ?? written(ops, 'name')));
}

function tagOf(ops: readonly Op[]): string {
  const op = ops.find(({ o }) => o === 'add' || o === 'remove');
  const tag = Tag.safeParse(op && 'x' in op ? op.x : null);
  return tag.success ? quoted(formatTag(tag.data)) : 'a tag';
}

function scoreOf(ops: readonly Op[]): string {
  for (const op of ops) {
    if (op.o !== 'set') continue;
    const test = (op.f['result'] as { test?: Record<string, number | null> } | null | undefined)?.test;
    if (test?.['accuracy'] != null) return `: accuracy ${percent(String(test['accuracy']))}`;
    if (test?.['rmse'] != null) return `: RMSE ${Number(test['rmse']).toPrecision(4)}`;
  }
  return '';
}

/** Where a run went on: "epoch 3.4". */
function placeOf(ops: readonly Op[]): string {
  const set = ops.find((op) => op.o === 'set');
  const { lastEpoch } = (set?.o === 'set' ? set.f['resumes'] : null) as { lastEpoch?: number } | null ?? {};
  return lastEpoch === undefined || lastEpoch === 0 ? 'its start' : `epoch ${Number(lastEpoch.toFixed(1))}`;
}

function blockWord(ops: readonly Op[]): string {
  for (const op of ops) {
    if (op.o !== 'create') continue;
    const kind = (op.f['content'] as { kind?: string } | undefined)?.kind;
    return { markdown: 'text', dataset: 'a dataset', run: 'a run', drift: 'a drift report', 'metric-chart': 'a metric chart' }[kind ?? ''] ?? 'a block';
  }
  return 'a block';
}

/** What an event is about: the entities of its ops, and the page of a block. */
export function subjectsOf(store: Store, ops: readonly Op[]): string[] {
  const ids = ops.map(({ e }) => e);
  const pages = ids.map((id) => store.find(id)?.fields['pageId']).filter((id) => typeof id === 'string');
  return [...new Set([...ids, ...pages])];
}

function pageOf(store: Store, ops: readonly Op[]): string {
  const pageId = store.find(ops[0]?.e ?? '')?.fields['pageId'];
  const title = typeof pageId === 'string' ? store.find(pageId)?.fields['title'] : undefined;
  return title === undefined ? 'a page' : quoted(String(title));
}

const excerptLength = 60;

function excerpt(store: Store, ops: readonly Op[]): string {
  const text = store.text(ops[0]?.e ?? '').text.replace(/\s+/g, ' ').trim();
  if (!text) return '';
  return `: ${quoted(text.length > excerptLength ? `${text.slice(0, excerptLength)}…` : text)}`;
}

function quoted(text: string): string {
  return `“${text}”`;
}

function rows(count: string): string {
  return `${Number(count).toLocaleString('en')} ${count === '1' ? 'row' : 'rows'}`;
}

function percent(text: string): string {
  return `${(Number(text) * 100).toFixed(1)} %`;
}
