/** Says in a sentence what an event did. The sentence is made when it is read, so old logs gain from better words. */
import { ExportRecord, exportFormatWords } from '../../shared/domain/dataset-export.ts';
import { formatTag, Tag } from '../../shared/domain/datasets.ts';
import { fieldWord } from '../../shared/domain/written-fields.ts';
import type { Op, Store, StoredEvent } from '../store/store.ts';
import { deviceLabel } from './device-label.ts';
import { blockWord as shownBy, labelOf, quoted } from './labels.ts';
import { insertedText } from './text-edit.ts';

interface About { readonly store: Store; readonly hash: string; readonly ops: readonly Op[]; }
type Sentence = (about: About) => string;

const sentences: Readonly<Record<string, Sentence>> = {
  'project.create': ({ ops }) => `Created the project ${quoted(written(ops, 'name'))}`,
  'project.rename': (about) => renamed(about, 'the project', 'name'),
  'sample.complete': () => 'Completed the sample project',
  'datasets.import': ({ store, ops }) => `Imported ${datasetOf(store, ops)} v${written(ops, 'number')} (${rows(written(ops, 'rowCount'))})`,
  'datasets.rename': (about) => renamed(about, 'the dataset', 'name'),
  'datasets.describe': ({ store, ops }) => `Described ${subject(store, ops)}`,
  'datasets.tag': ({ store, ops }) => `Tagged ${subject(store, ops)} with ${tagOf(ops)}`,
  'datasets.untag': ({ store, ops }) => `Took the tag ${tagOf(ops)} off ${subject(store, ops)}`,
  'datasets.retag': ({ store, ops }) => retagged(store, ops),
  'datasets.describeColumn': (about) => `Said of ${subject(about.store, about.ops)}: ${saidOfColumn(about.ops)}`,
  'datasets.saveSearch': ({ ops }) => `Saved the search ${quoted(written(ops, 'name'))}: ${written(ops, 'query')}`,
  'datasets.removeSearch': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'datasets.restoreSearch': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'policies.create': ({ ops }) => `Made the policy ${quoted(written(ops, 'name'))}`,
  'policies.change': (about) => `Changed ${subject(about.store, about.ops)}: ${Object.keys(fieldsOfOps(about.ops)).map((field) => fieldWord('policy', field)).join(', ')}`,
  'policies.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'policies.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'policies.override': ({ store, ops }) => overrode(store, ops),
  'datasets.writeNotes': ({ store, ops }) => `Wrote in the notes of ${subject(store, ops)}${excerpt(ops)}`,
  'datasets.export': ({ store, ops }) => exported(store, ops),
  'datasets.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'datasets.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'datasets.makePixels': ({ store, ops }) => `Made the table of pixels ${datasetOf(store, ops)} (${rows(written(ops, 'rowCount'))})`,
  'queries.saveAs': ({ store, ops }) => `Saved the rows of a query as ${datasetOf(store, ops)} v${written(ops, 'number')} (${rows(written(ops, 'rowCount'))})`,
  'queries.save': ({ ops }) => `Saved the query ${quoted(written(ops, 'name'))}`,
  'queries.rename': (about) => renamed(about, 'the query', 'name'),
  'queries.write': ({ store, ops }) => `Changed ${subject(store, ops)}`,
  'queries.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'queries.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'runs.start': ({ ops }) => `Started run ${written(ops, 'label')}, ${quoted(written(ops, 'name'))}, on ${written(ops, 'datasetName')} v${written(ops, 'versionNumber')}`,
  'runs.finish': ({ store, ops }) => `Finished ${subject(store, ops)}${scoreOf(ops)}`,
  'runs.cancel': ({ store, ops }) => `Cancelled ${subject(store, ops)}`,
  'runs.fail': ({ store, ops }) => `${subject(store, ops)} failed: ${written(ops, 'failure')}`,
  'runs.interrupt': ({ store, ops }) => `${subject(store, ops)} was interrupted`,
  'runs.resume': ({ store, ops }) => `Resumed ${subject(store, ops)}`,
  'runs.goOn': ({ store, ops }) => `${subject(store, ops)} went on from ${placeOf(ops)}`,
  'runs.rename': (about) => renamed(about, subject(about.store, about.ops), 'name'),
  'runs.note': ({ store, ops }) => `Wrote a note on ${subject(store, ops)}`,
  'runs.tag': ({ store, ops }) => `Tagged ${subject(store, ops)} with ${tagOf(ops)}`,
  'runs.untag': ({ store, ops }) => `Took the tag ${tagOf(ops)} off ${subject(store, ops)}`,
  'runs.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'runs.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'models.register': ({ ops }) => `Registered the model ${quoted(written(ops, 'name'))} from run ${written(ops, 'runLabel')}`,
  'models.setStage': (about) => `Moved ${subject(about.store, about.ops)}${from(about, 'stage')} to ${written(about.ops, 'stage')}`,
  'models.note': ({ store, ops }) => `Wrote the card of ${subject(store, ops)}`,
  'models.predict': ({ ops }) => `Predicted ${rows(written(ops, 'rowCount'))} into ${quoted(written(ops, 'name'))}`,
  'drift.report': ({ ops }) => `Made the drift report ${quoted(written(ops, 'name'))}: ${percent(written(ops, 'driftedShare'))} of the columns drifted${Number(written(ops, 'windowCount')) > 1 ? ' in the worst window' : ''}`,
  'drift.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'pages.create': ({ ops }) => `Created the page ${quoted(written(ops, 'title'))}`,
  'pages.rename': (about) => renamed(about, 'the page', 'title'),
  'pages.remove': ({ store, ops }) => `Removed ${subject(store, ops)}`,
  'pages.restore': ({ store, ops }) => `Restored ${subject(store, ops)}`,
  'pages.addBlock': ({ store, ops }) => `Added ${blockWord(ops)} to ${pageOf(store, ops)}`,
  'pages.moveBlock': ({ store, ops }) => `Moved a block of ${pageOf(store, ops)}`,
  'pages.removeBlock': ({ store, ops }) => `Removed a block of ${pageOf(store, ops)}`,
  'pages.restoreBlock': ({ store, ops }) => `Restored a block of ${pageOf(store, ops)}`,
  'pages.editBlock': ({ store, ops }) => `Edited ${pageOf(store, ops)}${excerpt(ops)}`,
  'pages.restoreTo': ({ store, ops }) => `Set ${labelOf(store, ops.at(-1)?.e ?? '')} back to ${momentOf(store, written(ops, 'restoredFrom'))}`,
  'project.require': ({ ops }) => `The project now needs ${required(ops)}`,
  'people.name': ({ ops }) => `Goes by the name ${quoted(written(ops, 'person'))} from here on`,
  'people.nameDevice': ({ ops }) => `Named this computer ${quoted(written(ops, 'name'))}`,
  'people.confirm': (about) => `Confirmed ${computerOf(about)}`,
  'people.unconfirm': (about) => `Took back the confirmation of ${computerOf(about)}`,
  'people.revoke': (about) => `Revoked ${computerOf(about)}`,
  'people.recover': () => 'Handed over to another computer, with the recovery sheet',
  'people.replace': ({ store, ops }) => `Goes on for ${computerNamed(store, written(ops, 'replaces'))}, with its recovery sheet`,
  'device.fork': () => 'This computer goes on with a new key',
  'history.restore': (about) => `Set ${fieldOf(about)} back${shortValue(about)}`,
  'conflicts.choose': (about) => `Chose the ${fieldOf(about, false)}${versionCount(about)}${shortValue(about, ':')}`,
  'conflicts.write': (about) => `Merged the ${fieldOf(about, false)}${versionCount(about)}${shortValue(about, ' into')}`,
};

/** Actions that have a sentence; a test holds this against the actions in use. */
export const knownActions: readonly string[] = Object.keys(sentences);

export function sentenceOf(store: Store, { hash, kind, ops }: Pick<StoredEvent, 'hash' | 'kind' | 'ops'>): string {
  // The kind comes from the folder: "constructor" is no sentence of ours.
  const sentence = Object.hasOwn(sentences, kind) ? sentences[kind] : undefined;
  // The first event of a device also makes the device known; that is not what was done.
  const done = kind.startsWith('people.') || kind.startsWith('device.') ? ops : ops.filter(({ e }) => !e.startsWith('device-'));
  return sentence?.({ store, hash, ops: done }) ?? `Something that this version of Assay has no words for: ${kind}`;
}

function required(ops: readonly Op[]): string {
  const op = ops.find((one) => one.o === 'add');
  const { feature, version } = ((op?.o === 'add' ? op.x : null) ?? {}) as { feature?: unknown; version?: unknown };
  return `Assay ${String(version ?? '')} or later, for ${quoted(String(feature ?? ''))}`;
}

function renamed(about: About, thing: string, field: string): string {
  return `Renamed ${thing}${from(about, field, quoted)} to ${quoted(written(about.ops, field))}`;
}

/** " from x", when the event replaced one value. */
function from({ store, hash, ops }: About, field: string, format: (text: string) => string = (text) => text): string {
  const [value, ...others] = store.replaced(hash).find((one) => one.entity === ops[0]?.e && one.field === field)?.values ?? [];
  return value !== undefined && others.length === 0 && typeof value.value === 'string' ? ` from ${format(value.value)}` : '';
}

/** "the name of run R3", by the first field that the event wrote. */
function fieldOf({ store, ops }: About, hasArticle = true): string {
  const [op] = ops;
  const field = op?.o === 'set' || op?.o === 'create' ? Object.keys(op.f)[0] : op?.o === 'add' || op?.o === 'remove' ? op.s : 'text';
  const type = store.find(op?.e ?? '')?.type ?? '';
  return `${hasArticle ? 'the ' : ''}${fieldWord(type, field ?? '')} of ${labelOf(store, op?.e ?? '')}`;
}

/** The written value, where it is one that fits a line: " to “a”". */
function shortValue({ ops }: About, before = ' to'): string {
  const [op] = ops;
  const value = op?.o === 'set' ? Object.values(op.f)[0] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= excerptLength && !value.includes('\n') ? `${before} ${quoted(value)}` : '';
}

function versionCount({ store, hash }: About): string {
  const count = store.replaced(hash)[0]?.values.length ?? 0;
  return count > 1 ? `, of ${count} versions` : '';
}

/** "its state of 2026-05-03 14:02 UTC". */
function momentOf(store: Store, hash: string): string {
  const event = store.event(hash);
  return event ? `its state of ${new Date(event.atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'an earlier state';
}

/** The computer that the first op is about, by its owner: "the computer “lab” of Ben". */
function computerOf({ store, ops }: About): string {
  return computerNamed(store, (ops[0]?.e ?? '').replace(/^device-/, ''));
}

function computerNamed(store: Store, device: string): string {
  const { person, name } = deviceLabel(store, device);
  return `the computer${name === null ? '' : ` ${quoted(name)}`} of ${person}`;
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
  return labelOf(store, ops[0]?.e ?? '');
}

/** The registers that the event itself wrote. */
function fieldsOfOps(ops: readonly Op[]): Record<string, unknown> {
  return Object.fromEntries(ops.flatMap((op) => (op.o === 'create' || op.o === 'set' ? Object.entries(op.f) : [])));
}

/** "the role target, the unit cm". */
function saidOfColumn(ops: readonly Op[]): string {
  const { datasetId: _dataset, column: _column, ...said } = fieldsOfOps(ops);
  return Object.entries(said).map(([field, value]) => {
    const isEmpty = value === null || value === '';
    const text = Array.isArray(value) ? value.join(' < ') : String(value);
    return isEmpty ? `no ${fieldWord('column', field)}` : `the ${fieldWord('column', field)} ${quoted(text.length > excerptLength ? `${text.slice(0, excerptLength)}…` : text)}`;
  }).join(', ');
}

/** Tags that were put on or taken off several datasets at once. */
function retagged(store: Store, ops: readonly Op[]): string {
  const things = [...new Set(ops.map(({ e }) => e))];
  const on = things.length === 1 ? labelOf(store, things[0] ?? '') : `${things.length} datasets`;
  const tagsOf = (kind: 'add' | 'remove'): string => [...new Set(ops.filter(({ o }) => o === kind).map((op) => tagOf([op])))].join(', ');
  const [added, removed] = [tagsOf('add'), tagsOf('remove')];
  if (removed === '') return `Tagged ${on} with ${added}`;
  return added === '' ? `Took the tag ${removed} off ${on}` : `Tagged ${on} with ${added} in place of ${removed}`;
}

/** What went out of the project, and where to. */
function exported(store: Store, ops: readonly Op[]): string {
  const records = ops.flatMap((op) => (op.o === 'add' ? ExportRecord.safeParse(op.x).data ?? [] : []));
  const [first] = records;
  if (first === undefined) return 'Exported rows';
  const versions = records.map(({ versionId }) => labelOf(store, versionId)).join(' and ');
  const what = first.isQuery ? `the rows of a query over ${versions}` : first.isView ? `some rows of ${versions}` : versions;
  return `Exported ${what} to ${quoted(first.fileName)} (${exportFormatWords[first.format]}, ${rows(String(first.rowCount))})`;
}

/** Policies that were gone against, and for what. */
function overrode(store: Store, ops: readonly Op[]): string {
  const ofType = (type: string): string[] => [...new Set(ops.map(({ e }) => e))].filter((id) => store.find(id)?.type === type).map((id) => labelOf(store, id));
  const action = ops.map((op) => (op.o === 'add' ? (op.x as { action?: unknown } | null)?.action : undefined)).find((each) => typeof each === 'string');
  const done = { import: 'import into', train: 'train on', export: 'export', promote: 'promote a model of' }[String(action)] ?? 'use';
  return `Went against ${ofType('policy').join(', ')} to ${done} ${ofType('dataset').join(', ')}`;
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
  return shownBy(ops.find((op) => op.o === 'create')?.f['content']);
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

/** What the event itself wrote: the text as it is now may be somebody else's. */
function excerpt(ops: readonly Op[]): string {
  const text = ops.map((op) => (op.o === 'text' ? insertedText(Buffer.from(op.u, 'base64')) : '')).join('').replace(/\s+/g, ' ').trim();
  if (!text) return '';
  return `: ${quoted(text.length > excerptLength ? `${text.slice(0, excerptLength)}…` : text)}`;
}

function rows(count: string): string {
  return `${Number(count).toLocaleString('en')} ${count === '1' ? 'row' : 'rows'}`;
}

function percent(text: string): string {
  return `${(Number(text) * 100).toFixed(1)} %`;
}
