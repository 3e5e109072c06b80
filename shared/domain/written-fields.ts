/**
 * Which fields of which things people write, with what each may hold. Everything else was recorded by Assay: it is
 * shown in the history, and never set back by hand.
 */
import { z } from 'zod';
import { CategoryOrder, ColumnDescription, ColumnRole, Unit } from './column-notes.ts';
import { SearchName, SearchQuery } from './dataset-search.ts';
import { Tag } from './datasets.ts';
import { PageId } from './ids.ts';
import { QueryText } from './query.ts';
import { Stage } from './models.ts';
import { PolicyActions, PolicyConditions, PolicyEffect, PolicyMessage, PolicyName } from './policies.ts';

export interface WrittenField {
  /** As it stands in a sentence: "the name of run R3". */
  readonly word: string;
  /** What it may hold; of a set, what each of its values may be. */
  readonly schema: z.ZodType;
  readonly kind: 'value' | 'set' | 'text';
  /** What an absent value means; undefined where there is no such thing. */
  readonly absent?: string | boolean;
  /** True when it says where something stands: the latest wins and nobody has to choose. */
  readonly isPlace?: boolean;
}

const name: WrittenField = { word: 'name', schema: z.string().trim().min(1, 'a name is not empty').max(120), kind: 'value' };
const longText = (word: string): WrittenField => ({ word, schema: z.string().max(20_000), kind: 'value', absent: '' });
const deleted: WrittenField = { word: 'removal', schema: z.boolean(), kind: 'value', absent: false };
const tags: WrittenField = { word: 'tags', schema: Tag, kind: 'set' };

const writtenFields: Readonly<Record<string, Readonly<Record<string, WrittenField>>>> = {
  project: { name },
  dataset: { name, description: longText('description'), text: { word: 'notes', schema: z.string(), kind: 'text' }, deleted, tags },
  column: {
    role: { word: 'role', schema: ColumnRole.nullable(), kind: 'value' },
    unit: { word: 'unit', schema: Unit, kind: 'value', absent: '' },
    description: { word: 'description', schema: ColumnDescription, kind: 'value', absent: '' },
    categoryOrder: { word: 'order of categories', schema: CategoryOrder, kind: 'value' },
  },
  search: { name: { word: 'name', schema: SearchName, kind: 'value' }, query: { word: 'search', schema: SearchQuery, kind: 'value' }, deleted },
  policy: {
    name: { word: 'name', schema: PolicyName, kind: 'value' }, message: { word: 'message', schema: PolicyMessage, kind: 'value', absent: '' },
    effect: { word: 'effect', schema: PolicyEffect, kind: 'value' }, actions: { word: 'actions', schema: PolicyActions, kind: 'value' },
    conditions: { word: 'conditions', schema: PolicyConditions, kind: 'value' }, isActive: { word: 'being active', schema: z.boolean(), kind: 'value' }, deleted,
  },
  run: { name, note: longText('note'), deleted, tags },
  model: { name, stage: { word: 'stage', schema: Stage, kind: 'value' }, note: longText('card'), deleted },
  report: { name, deleted },
  query: { name, sql: { word: 'text', schema: QueryText, kind: 'value' }, deleted },
  page: { title: { word: 'title', schema: z.string().trim().min(1, 'a title is not empty').max(200), kind: 'value' }, deleted },
  block: {
    text: { word: 'text', schema: z.string(), kind: 'text' },
    deleted,
    order: { word: 'place', schema: z.string().regex(/^[0-9a-z]{1,200}$/, 'not a place'), kind: 'value', isPlace: true },
    pageId: { word: 'page', schema: PageId, kind: 'value', isPlace: true },
  },
};

/** Null when people do not write this field. */
export function writtenField(type: string, field: string): WrittenField | null {
  const fields = Object.hasOwn(writtenFields, type) ? writtenFields[type] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] ?? null : null;
}

const everyField = new Set(Object.values(writtenFields).flatMap((fields) => Object.keys(fields)));

/** Whether there is any thing of which people write this field. */
export function isWrittenField(field: string): boolean {
  return everyField.has(field);
}

const reasons: Readonly<Record<string, string>> = {
  run: 'It records what the run did, and a run is not rewritten; train again for another result.',
  version: 'A version of a dataset never changes; import another one.',
  model: 'It describes the trained file; register another model instead.',
  report: 'It records what was measured; check the drift again instead.',
  block: 'A block keeps what it shows; add another one instead.',
  device: 'People and their devices are changed on their own screen.',
};

/** Why the field is not set back by hand, as a sentence; null when it can be. */
export function whyNotRestorable(type: string, field: string): string | null {
  return writtenField(type, field) === null ? reasons[type] ?? 'Assay recorded it itself; nobody wrote it.' : null;
}

const recordedWords: Readonly<Record<string, string>> = {
  dataHash: 'hash of the data', startedAtMs: 'start', endedAtMs: 'end', sizeBytes: 'size', config: 'settings', object: 'content', runId: 'run', datasetId: 'dataset',
  elapsedMs: 'time taken', restoredFrom: 'earlier state', versionIds: 'versions compared', checkpoint: 'saved state', resumes: 'times it went on',
};

/** The name of any field, for people: "name", "hash of the data", "row count". */
export function fieldWord(type: string, field: string): string {
  return writtenField(type, field)?.word ?? recordedWords[field] ?? field.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
