/** Differences of texts in words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffTexts, joinForReading, type DiffPart } from '../../../../shared/domain/text-diff.ts';

const before = (parts: readonly DiffPart[]) => parts.filter(({ kind }) => kind !== 'added').map(({ text }) => text).join('');
const after = (parts: readonly DiffPart[]) => parts.filter(({ kind }) => kind !== 'removed').map(({ text }) => text).join('');
const marked = (parts: readonly DiffPart[]) => parts.map(({ kind, text }) => (kind === 'same' ? text : kind === 'removed' ? `[-${text}-]` : `[+${text}+]`)).join('');

test('changed words are marked, the rest is the same', () => {
  expect(marked(diffTexts('The learning rate was too high.', 'The learning rate was a little high.'))).toBe('The learning rate was [-too-][+a little+] high.');
  expect(marked(diffTexts('one\ntwo\nthree\n', 'one\nthree\nfour\n'))).toBe('one\n[-two\n-]three\n[+four\n+]');
  expect(diffTexts('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
  expect(diffTexts('', '')).toEqual([]);
  expect(marked(diffTexts('', 'new'))).toBe('[+new+]');
});

test('accents and emoji are never cut in two', () => {
  expect(marked(diffTexts('fe\u0301te 👩‍🔬', 'fete 👩‍🔬'))).toBe('[-fe\u0301te-][+fete+] 👩‍🔬');
  expect(marked(diffTexts('a😀b', 'a😁b'))).toBe('a[-😀-][+😁+]b');
});

test('for reading, a phrase that changed is one change', () => {
  const parts = diffTexts('a baseline run', 'the first run');
  expect(marked(joinForReading(parts))).toBe('[-a baseline-][+the first+] run');
});

test('the parts are the two texts, whatever they are', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'word', ' ', '\n', '😀', 'é', '.', 'the '), { maxLength: 60 }).map((tokens) => tokens.join(''));
  fc.assert(fc.property(text, text, (one, other) => {
    const parts = diffTexts(one, other);
    expect([before(parts), after(parts)]).toEqual([one, other]);
    const joined = joinForReading(parts);
    expect([before(joined), after(joined)]).toEqual([one, other]);
    expect(parts.some((part, i) => part.text === '' || part.kind === parts[i - 1]?.kind)).toBe(false);
  }), { numRuns: 500 });
});

test('texts without anything in common are replaced, even when they are long', () => {
  const one = Array.from({ length: 20_000 }, (_, i) => `a${i}`).join(' ');
  const other = Array.from({ length: 20_000 }, (_, i) => `b${i}`).join(' ');
  const parts = diffTexts(one, other);
  expect([before(parts), after(parts)]).toEqual([one, other]);
});
