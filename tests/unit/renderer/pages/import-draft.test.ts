/** What a person decides before an import. */
import { expect, test } from 'vitest';
import { plainDialect, Sniff, suggestName } from '../../../../shared/domain/datasets.ts';
import { changesAgainst, chosenType, columnProblems, describeDialect, draftColumns, importProblem, planOf, redraft, sniffedChoice, typeChoices, withType } from '../../../../renderer/pages/import-draft.ts';

const sniff = Sniff.parse({
  fileName: 'flights.csv', sizeBytes: 100, format: 'csv', dialect: { ...plainDialect, delimiter: ';' }, reasons: {}, tables: [], table: null,
  columns: [{ sourceName: 'day', type: 'date', reason: 'all dates', pattern: null }, { sourceName: 'delay', type: 'number', reason: 'all numbers', pattern: null }], preview: [], warnings: [],
});

test('the name of a dataset comes from the file without its endings', () => {
  expect(suggestName('flights_2024.csv.gz')).toBe('flights_2024');
  expect(suggestName('v1.2 final.parquet')).toBe('v1.2 final');
  expect(suggestName('.csv')).toBe('.csv');
});

test('a plan holds the included columns with their new names and types, in order', () => {
  const columns = draftColumns(sniff).map((column) => (column.sourceName === 'day' ? { ...column, isIncluded: false } : { ...column, name: ' late ', type: 'integer' as const }));
  expect(planOf(sniff, columns)).toEqual({ format: 'csv', dialect: sniff.dialect, columns: [{ sourceName: 'delay', name: 'late', type: 'integer' }] });
});

test('an empty or repeated column name stops the import and says which', () => {
  const [day, delay] = draftColumns(sniff);
  if (!day || !delay) throw new Error('two columns were sniffed');
  expect(columnProblems([day, { ...delay, name: 'DAY' }]).get('delay')).toContain('"day" has that name');
  expect(importProblem('flights', [{ ...day, name: ' ' }])).toContain('name');
  expect(importProblem('flights', [{ ...day, isIncluded: false }])).toBe('Include at least one column.');
  expect(importProblem(' ', [day])).toBe('Give the dataset a name.');
  expect(importProblem('flights', [day, delay])).toBeNull();
});

test('a new version says what it changes against the one before', () => {
  const changes = changesAgainst([{ name: 'day', type: 'text' }, { name: 'gate', type: 'text' }], draftColumns(sniff));
  expect(changes).toEqual(['The column "day" was text in the version before and is date here.', 'The column "gate" of the version before is not there.', 'The column "delay" is new.']);
});

test('the dialect reads as a sentence', () => {
  expect(describeDialect(sniff)).toBe('CSV, separated by semicolon, quoted by ", with a header, UTF-8');
});

test('what the user decided stays with the columns of a file that is read again', () => {
  const [day, delay] = draftColumns(sniff);
  if (!day || !delay) throw new Error('two columns were sniffed');
  const before = [{ ...day, name: 'date', pattern: '%d/%m/%Y' }, { ...delay, type: 'integer' as const, isIncluded: false }];
  const again = redraft({ ...sniff, columns: [...sniff.columns.map((column) => ({ ...column, type: 'text' as const })), { sourceName: 'new', type: 'integer', reason: '', pattern: null }] }, before);
  expect(again.map(({ name, type, isIncluded, pattern }) => [name, type, isIncluded, pattern])).toEqual([['date', 'text', true, '%d/%m/%Y'], ['delay', 'integer', false, undefined], ['new', 'integer', true, undefined]]);
  expect(planOf(sniff, [{ ...before[0]!, type: 'date' }]).columns).toEqual([{ sourceName: 'day', name: 'date', type: 'date', pattern: '%d/%m/%Y' }]);
});

test('of several files the path is offered and not taken, and the pattern of their dates goes into the plan', () => {
  const several = Sniff.parse({ ...sniff, fileCount: 2, columns: [
    { sourceName: 'day', type: 'date', reason: '', pattern: '%d/%m/%Y' }, { sourceName: 'year', type: 'integer', reason: '', pattern: null, origin: 'folder' }, { sourceName: 'source_file', type: 'category', reason: '', pattern: null, origin: 'path' },
  ] });
  const columns = draftColumns(several);
  expect(columns.map(({ isIncluded }) => isIncluded)).toEqual([true, true, false]);
  expect(planOf(several, columns).columns).toEqual([{ sourceName: 'day', name: 'day', type: 'date', pattern: '%d/%m/%Y' }, { sourceName: 'year', name: 'year', type: 'integer', origin: 'folder' }]);
  expect(planOf(several, columns.map((column) => ({ ...column, isIncluded: column.origin === 'path' }))).columns).toEqual([{ sourceName: 'source_file', name: 'source_file', type: 'category', origin: 'path' }]);
});

test('a known scale is proposed as an ordered category, and ids and other orders can be chosen', () => {
  const survey = Sniff.parse({ ...sniff, columns: [
    { sourceName: 'mood', type: 'category', reason: '', pattern: null, order: ['low', 'high'], categories: ['high', 'low'] }, { sourceName: 'step', type: 'category', reason: '', pattern: null, categories: ['step 9', 'step 10'] },
    { sourceName: 'nr', type: 'integer', reason: '', pattern: null }, { sourceName: 'photo', type: 'image', reason: '', pattern: null },
  ] });
  const columns = draftColumns(survey);
  expect(columns.map(chosenType)).toEqual(['ordered', 'category', 'integer', 'image']);
  expect(columns.map((column) => typeChoices(column).includes('ordered'))).toEqual([true, true, false, false]);
  expect(typeChoices(columns[3]!)).toEqual(['image']);
  const [mood, step, nr] = [withType(columns[0]!, 'category'), withType(columns[1]!, 'ordered'), withType(columns[2]!, 'id')];
  expect(planOf(survey, [columns[0]!, step, nr]).columns).toEqual([
    { sourceName: 'mood', name: 'mood', type: 'category', order: ['low', 'high'] }, { sourceName: 'step', name: 'step', type: 'category', order: ['step 9', 'step 10'] }, { sourceName: 'nr', name: 'nr', type: 'integer', role: 'id' },
  ]);
  expect(planOf(survey, [mood]).columns).toEqual([{ sourceName: 'mood', name: 'mood', type: 'category' }]);
  expect(withType(columns[0]!, 'id')).toMatchObject({ type: 'text', role: 'id' });
  expect([chosenType(mood), sniffedChoice(mood)]).toEqual(['category', 'ordered']);
  expect(redraft(survey, [mood, step, nr, columns[3]!]).map(chosenType)).toEqual(['category', 'ordered', 'id', 'image']);
});
