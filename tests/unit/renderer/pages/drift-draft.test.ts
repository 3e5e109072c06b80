/** The form for a drift report. */
import { expect, test } from 'vitest';
import type { Column } from '../../../../shared/domain/columns.ts';
import { Dataset } from '../../../../shared/domain/datasets.ts';
import { checkDriftDraft, comparableColumns, initialDraft, partnerOf, type FoundVersion } from '../../../../renderer/pages/drift-draft.ts';

const none = { reference: null, current: null };

function found(name: string, number: number, columns: readonly Column[]): FoundVersion {
  const dataset = Dataset.parse({
    id: name.padEnd(26, '0'), name, description: '', tags: [],
    versions: [{
      id: `${name}${number}`.padEnd(26, '0'), datasetId: name.padEnd(26, '0'), number, object: 'a'.repeat(64), sizeBytes: 1, rowCount: 10, columns,
      source: { kind: 'file', fileName: 'f.csv', sha256: '', sizeBytes: 1, format: 'csv' }, createdAtMs: 0, createdBy: 'Ana',
    }],
  });
  const [version] = dataset.versions;
  if (!version) throw new Error('no version');
  return { dataset, version };
}

const flights = found('f', 1, [{ name: 'departure', type: 'timestamp' }, { name: 'delay', type: 'number' }, { name: 'carrier', type: 'category' }]);
const newer = found('g', 2, [{ name: 'delay', type: 'number' }, { name: 'carrier', type: 'category' }]);
const penguins = found('p', 1, [{ name: 'bill', type: 'number' }]);

test('the form opens on a dataset with a time, cut by months', () => {
  const draft = initialDraft([penguins, flights], none);
  expect(draft).toMatchObject({ kind: 'cut', reference: flights.version.id, cutBy: 'departure', period: 'month' });
  expect(checkDriftDraft(draft, flights, null)).toMatchObject({ name: 'f by month', spec: { kind: 'cut', cutBy: 'departure', period: 'month', referenceWindows: 1, columns: null } });
});

test('the partner of a version is the one with the most columns in common', () => {
  expect(partnerOf([penguins, flights, newer], flights)).toBe(newer);
  expect(partnerOf([penguins, flights], flights)).toBeNull();
});

test('two versions are compared in the columns that both have', () => {
  const draft = initialDraft([flights, newer], { reference: flights.version.id, current: newer.version.id });
  expect(comparableColumns(draft, flights.version, newer.version).map((column) => column.name)).toEqual(['delay', 'carrier']);
  expect(checkDriftDraft(draft, flights, newer)).toMatchObject({ errors: {}, name: 'g v2 against f v1', spec: { kind: 'two-versions', columns: null } });
});

test('what is wrong is said at its field and nothing is started', () => {
  const draft = initialDraft([flights, penguins], { reference: flights.version.id, current: penguins.version.id });
  expect(checkDriftDraft(draft, flights, penguins)).toMatchObject({ spec: null, errors: { columns: 'The two have no column in common.' } });
  expect(checkDriftDraft({ ...draft, current: flights.version.id }, flights, flights)).toMatchObject({ spec: null, errors: { current: 'Choose another version than the reference.' } });
  expect(checkDriftDraft({ ...initialDraft([flights], none), referenceWindows: '0' }, flights, null)).toMatchObject({ spec: null, errors: { referenceWindows: 'A whole number from 1.' } });
});

test('leaving columns out names those that stay', () => {
  const draft = { ...initialDraft([flights], none), left: new Set(['carrier']) };
  expect(checkDriftDraft(draft, flights, null).spec).toMatchObject({ columns: ['delay'] });
  expect(checkDriftDraft({ ...draft, left: new Set(['carrier', 'delay']) }, flights, null)).toMatchObject({ spec: null, errors: { columns: 'Keep at least one column.' } });
});
