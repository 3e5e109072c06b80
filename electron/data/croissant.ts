/**
 * Describes an exported file as a Croissant 1.1 dataset (JSON-LD): http://mlcommons.org/croissant/1.1. Pure.
 * What the format asks for and nobody has said, the license, is said to be missing rather than guessed.
 */
import { noteOf, type ColumnNote } from '../../shared/domain/column-notes.ts';
import type { Column, ColumnType } from '../../shared/domain/columns.ts';
import { delimiterOf, type ExportFormat, type ExportSettings } from '../../shared/domain/dataset-export.ts';
import { formatTag, type Tag } from '../../shared/domain/datasets.ts';
import { storedType } from './fields.ts';

/** What the project knows of the rows that go out. */
export interface DatasetFacts {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly Tag[];
  /** Of the version; null for the rows of a query. */
  readonly versionNumber: number | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly exportedAtMs: number;
  /** How the rows came to be, as a sentence. */
  readonly origin: string;
  readonly columnNotes: readonly ColumnNote[];
}

export interface ExportedFile extends Pick<ExportSettings, 'format' | 'layout'> {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const recordSet = 'rows';
const fileId = 'file';

/** The document. Ids are IRIs and may hold no blank, so a column is named by its place where its name is no plain word. */
export function croissantOf(facts: DatasetFacts, columns: readonly Column[], file: ExportedFile): Record<string, unknown> {
  const { name, tags, versionNumber, createdBy, createdAtMs, exportedAtMs, origin, columnNotes } = facts;
  const said = (...keys: string[]): string | null => tags.find(({ key }) => key !== null && keys.includes(key))?.value ?? null;
  const address = encodeURIComponent(file.fileName);
  const citation = said('cite', 'citation', 'doi');
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    name,
    description: facts.description.trim() || `${name}, a dataset of an Assay project.`,
    conformsTo: 'http://mlcommons.org/croissant/1.1',
    license: said('license', 'licence') ?? { '@type': 'sc:CreativeWork', name: 'No license is stated.' },
    url: said('url', 'homepage') ?? address,
    creator: { '@type': 'sc:Person', name: said('creator', 'author') ?? createdBy },
    dateCreated: isoDay(createdAtMs),
    datePublished: isoDay(exportedAtMs),
    // A version of a dataset may change anything, which is what the first number of three stands for.
    ...(versionNumber === null ? {} : { version: `${versionNumber}.0.0` }),
    ...(tags.length === 0 ? {} : { keywords: tags.map(formatTag) }),
    ...(citation === null ? {} : { citeAs: citation }),
    isLiveDataset: false,
    'prov:wasGeneratedBy': { '@type': 'prov:Activity', 'prov:label': origin },
    distribution: [{
      '@type': 'cr:FileObject', '@id': fileId, name: file.fileName, contentUrl: address,
      ...(layoutWords(file) === null ? {} : { description: layoutWords(file) }),
      contentSize: `${file.sizeBytes} B`, encodingFormat: mediaTypes[file.format], sha256: file.sha256,
    }],
    recordSet: [{
      '@type': 'cr:RecordSet', '@id': recordSet, name: recordSet,
      field: columns.map((column, index) => fieldOf(column, index, noteOf(columnNotes, column.name))),
    }],
  };
}

function fieldOf({ name, type }: Column, index: number, note: ColumnNote | null): Record<string, unknown> {
  const words = [note?.description ?? '', note?.unit ? `Unit: ${note.unit}.` : ''].filter(Boolean).join(' ');
  const role = note?.role === 'target' ? 'cr:Label' : note?.role === 'split' ? 'cr:Split' : null;
  return {
    '@type': 'cr:Field', '@id': `${recordSet}/${/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? name : index + 1}`, name,
    ...(words === '' ? {} : { description: words }),
    dataType: role === null ? dataTypeOf(type) : [dataTypeOf(type), role],
    source: { fileObject: { '@id': fileId }, extract: { column: name } },
  };
}

function dataTypeOf(type: ColumnType): string {
  switch (storedType[type]) {
    case 'BOOLEAN': return 'sc:Boolean';
    case 'BIGINT': return 'sc:Integer';
    case 'DOUBLE': return 'sc:Float';
    case 'DATE': return 'sc:Date';
    case 'TIMESTAMP': return 'sc:DateTime';
    default: return 'sc:Text';
  }
}

/** How a text file is written, where that is not as usual: the format has no property for it. */
function layoutWords({ format, layout }: ExportedFile): string | null {
  if (format !== 'csv' && format !== 'tsv') return null;
  const words = [
    format === 'csv' && layout.delimiter !== ',' ? `Fields are separated by "${delimiterOf({ format, layout })}".` : '',
    layout.decimal === ',' ? 'Numbers have a decimal comma.' : '',
    layout.missing === '' ? '' : `A missing value is written as ${layout.missing}.`,
    layout.isFormulaSafe ? "Texts that a spreadsheet would run as a formula have a ' in front." : '',
  ].filter(Boolean).join(' ');
  return words === '' ? null : words;
}

/** As the reference implementation reads them; Arrow has none there and its registered one here. */
const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv', tsv: 'text/tab-separated-values', jsonl: 'application/jsonlines', parquet: 'application/x-parquet', arrow: 'application/vnd.apache.arrow.file',
};

function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Appendix 1 of the specification, with PROV for the origin. The reference implementation knows schema.org by https alone, as its examples have it. */
const context = {
  '@language': 'en', '@vocab': 'https://schema.org/', sc: 'https://schema.org/', cr: 'http://mlcommons.org/croissant/', rai: 'http://mlcommons.org/croissant/RAI/',
  dct: 'http://purl.org/dc/terms/', prov: 'http://www.w3.org/ns/prov#',
  annotation: 'cr:annotation', arrayShape: 'cr:arrayShape', citeAs: 'cr:citeAs', column: 'cr:column', conformsTo: 'dct:conformsTo', containedIn: 'cr:containedIn',
  data: { '@id': 'cr:data', '@type': '@json' }, dataType: { '@id': 'cr:dataType', '@type': '@vocab' }, equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' }, excludes: 'cr:excludes', extract: 'cr:extract', field: 'cr:field', fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject', fileSet: 'cr:fileSet', format: 'cr:format', includes: 'cr:includes', isArray: 'cr:isArray', isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath', key: 'cr:key', md5: 'cr:md5', parentField: 'cr:parentField', path: 'cr:path', recordSet: 'cr:recordSet', references: 'cr:references', regex: 'cr:regex',
  repeated: 'cr:repeated', replace: 'cr:replace', readLines: 'cr:readLines', samplingRate: 'cr:samplingRate', sdVersion: 'cr:sdVersion', separator: 'cr:separator', source: 'cr:source', subField: 'cr:subField', transform: 'cr:transform',
  unArchive: 'cr:unArchive', value: 'cr:value',
};
