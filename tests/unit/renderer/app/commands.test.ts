/** Commands, their keys and the palette that finds them. */
import { expect, test } from 'vitest';
import { assertNoClash, type Command } from '../../../../renderer/app/command.ts';
import { globalCommands } from '../../../../renderer/app/commands.ts';
import { findEntries, markMatch, type PaletteEntry } from '../../../../renderer/app/palette-search.ts';
import { createKeyReader, keyName } from '../../../../renderer/app/shortcuts.ts';

const command = (id: string, keys: string | null): Command => ({ id, label: id, keys, icon: 'plus', run: () => undefined });
const press = (key: string, held: Partial<KeyboardEvent> = {}): KeyboardEvent => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }) as KeyboardEvent;

test('every command has a label and no two share an id or keys', () => {
  assertNoClash(globalCommands);
  for (const one of globalCommands) expect(one.label).toMatch(/^[A-Z].+/);
  expect(() => assertNoClash([command('a', 'x'), command('b', 'x')])).toThrow(RangeError);
});

test('keys are named the same with Ctrl and with the Mac\u2019s command key', () => {
  expect(keyName(press('k', { ctrlKey: true }))).toBe('mod+k');
  expect(keyName(press('K', { metaKey: true, shiftKey: true }))).toBe('mod+shift+k');
  expect(keyName(press('?', { shiftKey: true }))).toBe('?');
  expect(keyName(press('ArrowLeft', { altKey: true }))).toBe('alt+left');
});

test('G then R is one command, and R alone is another', () => {
  const commands = [command('go.runs', 'g r'), command('run', 'r')];
  const reader = createKeyReader();
  expect(reader.read(press('g'), commands, 0)).toEqual({ command: null, isPending: true });
  expect(reader.read(press('r'), commands, 500).command?.id).toBe('go.runs');
  expect(reader.read(press('r'), commands, 600).command?.id).toBe('run');
});

test('a sequence begun too long ago is forgotten', () => {
  const commands = [command('go.runs', 'g r'), command('run', 'r')];
  const reader = createKeyReader();
  reader.read(press('g'), commands, 0);
  expect(reader.read(press('r'), commands, 5000).command?.id).toBe('run');
});

const entry = (id: string, group: string, label: string, words = ''): PaletteEntry => ({ id, group, label, words, icon: 'plus', detail: '', keys: null, disabledReason: null, run: () => undefined });

test('the palette finds by every word and puts the start of a label first', () => {
  const all = [entry('1', 'Runs', 'R4 baseline compare'), entry('2', 'Commands', 'Compare selected runs'), entry('3', 'Commands', 'Import data', 'csv parquet')];
  expect(findEntries(all, 'comp')[0]).toMatchObject({ name: 'Commands', entries: [{ id: '2' }] });
  expect(findEntries(all, 'parquet').flatMap((group) => group.entries.map(({ id }) => id))).toEqual(['3']);
  expect(findEntries(all, 'compare nothing')).toEqual([]);
});

test('what matches is marked, and signs of a pattern are only text', () => {
  expect(markMatch('Compare runs', 'comp')).toEqual([{ text: 'Comp', isMatch: true }, { text: 'are runs', isMatch: false }]);
  expect(markMatch('a.b', '.')).toEqual([{ text: 'a', isMatch: false }, { text: '.', isMatch: true }, { text: 'b', isMatch: false }]);
});
