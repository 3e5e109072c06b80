/** Texts that are open for writing: what reaches the project, and what never gets lost. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { BlockId, DatasetId } from '../../../../shared/domain/ids.ts';
import { failureOf } from '../../../../shared/errors.ts';
import { gatherChange } from '../../../../renderer/state/changes.ts';
import { closeText, flushTexts, openText, useSaves, editLimitBytes } from '../../../../renderer/state/block-texts.ts';

const id = '0123456789abcdefghjkmnpqrs' as BlockId;
let engine: { doc: Y.Doc; edits: number; isFailing: boolean; channels: Set<string> };

beforeEach(() => {
  vi.useFakeTimers();
  engine = { doc: new Y.Doc(), edits: 0, isFailing: false, channels: new Set() };
  vi.stubGlobal('window', { assay: { call: answer, on: () => () => undefined } });
});
afterEach(async () => {
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The other side of the bridge: a document that merges updates, as the engine's does. */
async function answer(channel: string, input: { readonly update?: Uint8Array }): Promise<unknown> {
  if (engine.isFailing) return { ok: false, error: failureOf('files/disk-full', { path: 'outbox' }) };
  engine.channels.add(channel);
  if (channel === 'pages.blockState' || channel === 'datasets.notes') return { ok: true, value: { state: Y.encodeStateAsUpdate(engine.doc) } };
  engine.edits += 1;
  if (input.update) Y.applyUpdate(engine.doc, input.update);
  return { ok: true, value: {} };
}

const stored = () => engine.doc.getText('text').toString();

test('edits of half a second travel as one', async () => {
  const { text } = await openText({ kind: 'block', id });
  for (const letter of 'hello') text.insert(text.length, letter);
  await vi.advanceTimersByTimeAsync(600);
  expect([stored(), engine.edits]).toEqual(['hello', 1]);
  closeText(id);
});

test('leaving the page sends the last letters at once', async () => {
  const { text } = await openText({ kind: 'block', id });
  text.insert(0, 'last words');
  closeText(id);
  await vi.advanceTimersByTimeAsync(0);
  expect(stored()).toBe('last words');
});

test('what could not be saved is said, kept, and saved when it works again', async () => {
  const { text } = await openText({ kind: 'block', id });
  engine.isFailing = true;
  text.insert(0, 'kept');
  await flushTexts();
  expect(useSaves.getState()).toMatchObject({ unsavedCount: 1, failure: { code: 'files/disk-full' } });
  closeText(id);
  engine.isFailing = false;
  await vi.advanceTimersByTimeAsync(2500);
  expect(stored()).toBe('kept');
  expect(useSaves.getState()).toMatchObject({ unsavedCount: 0, failure: null });
});

test('an edit by somebody else merges into what is being written', async () => {
  const { text } = await openText({ kind: 'block', id });
  text.insert(0, 'mine');
  await flushTexts();
  engine.doc.getText('text').insert(0, 'theirs ');
  gatherChange(['block'], [id]);
  await vi.advanceTimersByTimeAsync(200);
  expect(text.toString()).toBe('theirs mine');
  closeText(id);
});

test('two large pastes at once go as two records', async () => {
  const { text } = await openText({ kind: 'block', id });
  const length = editLimitBytes - 1000;
  text.insert(0, 'a'.repeat(length));
  text.insert(0, 'b'.repeat(length));
  await flushTexts();
  expect([stored().length, engine.edits]).toEqual([2 * length, 2]);
  closeText(id);
});

test('the notes of a dataset are kept in the same way, as the text of the dataset', async () => {
  const { text } = await openText({ kind: 'notes', id: '1123456789abcdefghjkmnpqrs' as DatasetId });
  text.insert(0, 'seen');
  closeText('1123456789abcdefghjkmnpqrs' as DatasetId);
  await vi.advanceTimersByTimeAsync(0);
  expect([stored(), [...engine.channels]]).toEqual(['seen', ['datasets.notes', 'datasets.writeNotes']]);
});
