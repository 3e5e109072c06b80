/** Files that go out: what stands in them, and that they are there whole or not at all. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { croissantOf } from '../../../electron/data/croissant.ts';
import { exportTable, type ExportOptions } from '../../../electron/data/export.ts';
import { parquetOptions } from '../../../electron/data/parquet.ts';
import { writeTable, type NewColumn } from '../../../electron/data/table.ts';
import { sha256Hex } from '../../../electron/files/hashing.ts';
import { exportSentence, formatOfName, plainLayout, type ExportFormat, type ExportOutcome, type TextLayout } from '../../../shared/domain/dataset-export.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';
import { someFacts } from '../../support/export-facts.ts';

const folder = dataFolder();
let count = 0;

async function tableOf(columns: readonly NewColumn[]): Promise<string> {
  const outPath = folder.path(`table-${count++}.parquet`);
  await writeTable(folder.duck, { outPath, columns });
  return outPath;
}

interface Asked extends Partial<Pick<ExportOptions, 'canReplace' | 'signal' | 'onProgress'>> {
  readonly format?: ExportFormat;
  readonly layout?: Partial<TextLayout>;
  readonly hasMetadata?: boolean;
}

function exported(path: string, outPath: string, { format = 'csv', layout = {}, hasMetadata = false, canReplace = false, ...rest }: Asked = {}): Promise<ExportOutcome> {
  return exportTable(folder.duck, { path, outPath, partPath: `${outPath}.tmp`, canReplace, settings: { format, layout: { ...plainLayout, ...layout }, hasMetadata }, facts: someFacts, ...rest });
}

const text = (values: (string | null)[], name = 'a'): NewColumn => ({ name, type: 'text', values });

test("texts that a spreadsheet would run get a ' in front, names of columns too; numbers and dates stay", async () => {
  const path = await tableOf([
    text(['=1+1', '+1', '-x', '@SUM', '\ttab', '\rcr', '\nlf', '\uff1dwide', "'=quoted", 'a=b', ' =blank', '', null], '=name'),
    { name: 'n', type: 'number', values: [-1, -2.5, -Infinity, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] },
  ]);
  const guarded = await exported(path, folder.path('guarded.csv'));
  expect(await readFile(folder.path('guarded.csv'), 'utf8')).toBe([
    "'=name,n", "'=1+1,-1.0", "'+1,-2.5", "'-x,-inf", "'@SUM,4.0", "'\ttab,5.0", "\"'\rcr\",6.0", "\"'\nlf\",7.0", "'\uff1dwide,8.0", "'=quoted,9.0", 'a=b,10.0', ' =blank,11.0', '"",12.0', ',13.0', '',
  ].join('\n'));
  expect(guarded).toMatchObject({ rowCount: 13, guardedCount: 9 });
  expect(exportSentence(guarded)).toBe("13 rows written to guarded.csv. 9 cells were given a ' so that a spreadsheet does not run them.");
  expect(await exported(path, folder.path('plain.csv'), { layout: { isFormulaSafe: false } })).toMatchObject({ guardedCount: 0 });
  expect(await readFile(folder.path('plain.csv'), 'utf8')).toMatch(/^=name,n\n=1\+1,-1\.0\n/);
});

test('the layout is kept: delimiter, decimal mark, mark of UTF-8, word for missing, no header', async () => {
  const path = await tableOf([text(['a;b', null, '"']), { name: 'n', type: 'number', values: [1.5, null, 1e300] }, { name: 'd', type: 'timestamp', values: [Date.UTC(2024, 0, 2, 3, 4, 5, 678), null, null] }]);
  const outPath = folder.path('laid-out.csv');
  const { sha256, sizeBytes } = await exported(path, outPath, { layout: { delimiter: ';', decimal: ',', hasByteOrderMark: true, missing: 'NA' } });
  const bytes = await readFile(outPath);
  expect(bytes.toString()).toBe('\ufeffa;n;d\n"a;b";1,5;2024-01-02 03:04:05.678\nNA;NA;NA\n"""";1e+300;NA\n');
  expect([sha256, sizeBytes]).toEqual([sha256Hex(bytes), bytes.length]);
  await exported(path, folder.path('laid-out.tsv'), { format: 'tsv', layout: { hasHeader: false } });
  expect(await readFile(folder.path('laid-out.tsv'), 'utf8')).toBe('a;b\t1.5\t2024-01-02 03:04:05.678\n\t\t\n""""\t1e+300\t\n');
});

test('JSON lines have no NaN: it is a text, and so are time stamps in ISO 8601', async () => {
  const path = await tableOf([{ name: 'n', type: 'number', values: [1.5, Infinity, null] }, { name: 't', type: 'timestamp', values: [0, null, 1] }, { name: 'b', type: 'boolean', values: [true, false, null] }]);
  await exported(path, folder.path('rows.jsonl'), { format: 'jsonl' });
  const lines = (await readFile(folder.path('rows.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as unknown);
  expect(lines).toEqual([{ n: 1.5, t: '1970-01-01T00:00:00', b: true }, { n: 'inf', t: null, b: false }, { n: null, t: '1970-01-01T00:00:00.001', b: null }]);
});

test('Parquet is the file of the version, byte for byte', async () => {
  const path = await tableOf([text(['x', null])]);
  const { sha256 } = await exported(path, folder.path('same.parquet'), { format: 'parquet' });
  expect(sha256).toBe(sha256Hex(await readFile(path)));
  expect(sha256).toBe(sha256Hex(await readFile(folder.path('same.parquet'))));
});

test('an Arrow file of several batches has every row in its place, read by the library of Apache', async () => {
  const rowCount = 70_000;
  const path = await tableOf([
    { name: 'i', type: 'integer', values: Array.from({ length: rowCount }, (_, index) => (index % 7 === 0 ? null : index)) },
    text(Array.from({ length: rowCount }, (_, index) => (index % 5 === 0 ? null : `ü${index}`)), 's'),
    { name: 'd', type: 'date', values: Array.from({ length: rowCount }, (_, index) => (index - 40_000) * 86_400_000) },
  ]);
  const seen: number[] = [];
  await exported(path, folder.path('rows.arrow'), { format: 'arrow', onProgress: ({ done }) => seen.push(done) });
  const table = tableFromIPC(await readFile(folder.path('rows.arrow')));
  expect([table.numRows, table.batches.length, table.schema.fields.map((field) => `${field.name}: ${field.type}`)]).toEqual([rowCount, 2, ['i: Int64', 's: Utf8', 'd: Date32<DAY>']]);
  for (const index of [0, 1, 4_095, 65_535, 65_537, 69_999]) {
    expect(table.get(index)?.toJSON()).toEqual({ i: index % 7 === 0 ? null : BigInt(index), s: index % 5 === 0 ? null : `ü${index}`, d: (index - 40_000) * 86_400_000 });
  }
  expect(seen.at(-1)).toBe(rowCount);
});

test('images are base64 in texts and bytes in Arrow', async () => {
  const path = folder.path('images.parquet');
  await folder.duck.session({ files: [path] }, (session) => session.run(`COPY (SELECT '\\x89PNG'::BLOB AS picture, 1::BIGINT AS n UNION ALL SELECT NULL, 2) TO '${path}' (${parquetOptions(['image', 'integer'])})`));
  await exported(path, folder.path('images.csv'));
  expect(await readFile(folder.path('images.csv'), 'utf8')).toBe('picture,n\niVBORw==,1\n,2\n');
  await exported(path, folder.path('images.jsonl'), { format: 'jsonl' });
  expect(await readFile(folder.path('images.jsonl'), 'utf8')).toBe('{"picture":"iVBORw==","n":1}\n{"picture":null,"n":2}\n');
  await exported(path, folder.path('images.arrow'), { format: 'arrow' });
  expect(tableFromIPC(await readFile(folder.path('images.arrow'))).toArray().map((row) => row.toJSON())).toEqual([{ picture: Uint8Array.of(0x89, 0x50, 0x4e, 0x47), n: 1n }, { picture: null, n: 2n }]);
});

test('a file that is there is not replaced unless that was said, and its metadata go with it', async () => {
  const path = await tableOf([text(['x'])]);
  const outPath = await folder.file('there.csv', 'mine');
  expect(await failureFrom(exported(path, outPath))).toMatchObject({ code: 'files/exists', details: { path: outPath } });
  expect(await readFile(outPath, 'utf8')).toBe('mine');
  const other = folder.path('new.csv');
  await writeFile(`${other}.croissant.json`, 'mine too');
  expect(await failureFrom(exported(path, other, { hasMetadata: true, canReplace: true }))).toMatchObject({ code: 'files/exists', details: { path: `${other}.croissant.json` } });
  await exported(path, outPath, { hasMetadata: true, canReplace: true });
  await exported(path, outPath, { hasMetadata: true, canReplace: true });
  expect(await readFile(outPath, 'utf8')).toBe('a\nx\n');
  expect((await readdir(dirname(outPath))).filter((name) => name.endsWith('.tmp') || name === basename(other))).toEqual([]);
});

test('what is cancelled or fails leaves nothing behind', async () => {
  const path = await tableOf([text(Array.from({ length: 200_000 }, (_, index) => `row ${index}`))]);
  for (const format of ['csv', 'jsonl', 'parquet', 'arrow'] as const) {
    const controller = new AbortController();
    const work = exported(path, folder.path(`cancelled.${format}`), { format, signal: controller.signal });
    setImmediate(() => controller.abort());
    expect((await failureFrom(work)).code).toBe('job/cancelled');
  }
  expect((await failureFrom(exported(path, join(folder.root, 'no-folder', 'x.csv')))).code).toBe('files/not-found');
  expect((await failureFrom(exported(await folder.file('damaged.parquet', 'PAR1 no table PAR1'), folder.path('cancelled.csv')))).code).toBe('data/malformed');
  expect((await readdir(folder.root)).filter((name) => name.startsWith('cancelled') || name.endsWith('.tmp'))).toEqual([]);
});

test('the metadata keep the rules of Croissant 1.1', async () => {
  const path = await tableOf([text(['x']), { name: 'body mass', type: 'integer', values: [1] }, { name: 'when', type: 'date', values: [0] }]);
  const outPath = folder.path('birds of 2024.csv');
  const { sha256, sizeBytes } = await exported(path, outPath, { hasMetadata: true });
  const made = JSON.parse(await readFile(`${outPath}.croissant.json`, 'utf8')) as Record<string, unknown>;
  // What section "Required" lists, with its types.
  expect(made).toMatchObject({
    '@type': 'sc:Dataset', name: 'Birds', description: expect.stringMatching(/./), conformsTo: 'http://mlcommons.org/croissant/1.1', url: 'birds%20of%202024.csv',
    license: { '@type': 'sc:CreativeWork' }, creator: { '@type': 'sc:Person', name: 'Ana' }, datePublished: '2026-05-04', version: '1.0.0',
  });
  expect(made['@context']).toMatchObject({ '@vocab': 'https://schema.org/', cr: 'http://mlcommons.org/croissant/', dct: 'http://purl.org/dc/terms/', recordSet: 'cr:recordSet', dataType: { '@id': 'cr:dataType', '@type': '@vocab' } });
  expect(made['distribution']).toEqual([{
    '@type': 'cr:FileObject', '@id': 'file', name: 'birds of 2024.csv', contentUrl: 'birds%20of%202024.csv', description: expect.stringContaining("have a ' in front"), contentSize: `${sizeBytes} B`, encodingFormat: 'text/csv', sha256,
  }]);
  const [records] = made['recordSet'] as { field: { '@id': string; name: string; dataType: string; source: unknown }[] }[];
  expect(records?.field.map(({ name, dataType, source }) => [name, dataType, source])).toEqual([
    ['a', 'sc:Text', { fileObject: { '@id': 'file' }, extract: { column: 'a' } }],
    ['body mass', 'sc:Integer', { fileObject: { '@id': 'file' }, extract: { column: 'body mass' } }],
    ['when', 'sc:Date', { fileObject: { '@id': 'file' }, extract: { column: 'when' } }],
  ]);
  // Ids are IRIs: unique, and without blanks.
  const ids = [...JSON.stringify({ ...made, '@context': null, recordSet: records }).matchAll(/"@id":"([^"]+)"[,}](?!,"extract")/g)].map((match) => match[1]);
  expect(ids.every((id) => id !== undefined && !/\s/.test(id))).toBe(true);
  expect(new Set(records?.field.map((field) => field['@id'])).size).toBe(3);
});

test('tags, roles and units of the project stand in the metadata', () => {
  const facts = {
    ...someFacts, description: 'Penguins', tags: [{ key: 'license', value: 'https://creativecommons.org/publicdomain/zero/1.0/' }, { key: 'sensitivity', value: 'none' }, { key: null, value: 'pilot' }, { key: 'doi', value: '10.1371/journal.pone.0090081' }],
    columnNotes: [
      { id: 'x', column: 'sex', role: 'target' as const, unit: '', description: 'Seen in the field.', categoryOrder: null },
      { id: 'y', column: 'mass', role: 'feature' as const, unit: 'g', description: '', categoryOrder: null },
    ],
  };
  const file = { fileName: 'p.parquet', format: 'parquet' as const, layout: plainLayout, sizeBytes: 1, sha256: '0'.repeat(64) };
  const made = croissantOf(facts, [{ name: 'sex', type: 'category' }, { name: 'mass', type: 'number' }], file);
  expect(made).toMatchObject({ license: 'https://creativecommons.org/publicdomain/zero/1.0/', citeAs: '10.1371/journal.pone.0090081', keywords: expect.arrayContaining(['sensitivity: none', 'pilot']) });
  expect(made['recordSet']).toMatchObject([{ field: [{ dataType: ['sc:Text', 'cr:Label'], description: 'Seen in the field.' }, { dataType: 'sc:Float', description: 'Unit: g.' }] }]);
  expect(made['distribution']).toMatchObject([{ encodingFormat: 'application/x-parquet' }]);
});

test('the ending of a file says its format', () => {
  expect(['a.CSV', 'b.tab', 'c.ndjson', 'd.x.parquet', 'e.feather', 'csv', 'f.xlsx', '.csv'].map(formatOfName)).toEqual(['csv', 'tsv', 'jsonl', 'parquet', 'arrow', null, null, 'csv']);
});
