/** Whether the files that are to be one table can be read alike; one that cannot is named with what is different about it. */
import { isUtf8 } from 'node:buffer';
import type { Dialect, FileFormat } from '../../shared/domain/datasets.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { describeCsv } from './csv.ts';
import { shownName } from './parts.ts';
import { toldEncoding, type Encoding, type Source } from './source.ts';

/** The file that the others are held against. */
export interface Model {
  readonly folder: string;
  readonly fileName: string;
  readonly format: FileFormat;
  readonly dialect: Dialect | null;
}

/** @throws data/mixed-formats, data/part-differs */
export function requireAlike(source: Source, model: Model): void {
  if (kindOf(source.format) !== kindOf(model.format)) {
    throw fail('data/mixed-formats', { folder: shownName(model.folder), file: shownName(source.fileName), format: source.format, first: shownName(model.fileName), firstFormat: model.format });
  }
  if (model.dialect === null || kindOf(source.format) !== 'csv') return;
  const encoding = encodingIn(source, model.dialect.encoding);
  if (encoding !== model.dialect.encoding) throw differs(source, model, `it is written in ${encoding.toUpperCase()}, the other in ${model.dialect.encoding.toUpperCase()}`);
}

/** The failure of a file that has nothing in common with the model, with the most likely reason. */
export function strangeFailure(source: Source, model: Model): Error {
  return differs(source, model, reasonOf(source, model.dialect) ?? 'they have no column in common');
}

/** The failure of a file without names of columns that has more of them, or fewer. */
export function widthFailure(source: Source, model: Model, found: number, expected: number): Error {
  return differs(source, model, `it has ${found} columns, the other has ${expected}`);
}

/** Comma and tab are one kind: the delimiter is part of how a text is read. */
export function kindOf(format: FileFormat): FileFormat {
  return format === 'tsv' ? 'csv' : format;
}

function differs(source: Source, { fileName }: Model, reason: string): Error {
  return fail('data/part-differs', { file: shownName(source.fileName), first: shownName(fileName), reason });
}

/** What the beginning of a text tells of its encoding, where it tells another than the one expected. */
function encodingIn({ head, isWhole }: Source, expected: Encoding): Encoding {
  const told = toldEncoding(head);
  if (told !== null) return told;
  const lines = isWhole ? head : head.subarray(0, head.lastIndexOf(10) + 1);
  if (expected === 'utf-8') return isUtf8(lines) ? 'utf-8' : 'latin-1';
  // Letters of UTF-8 are valid Latin-1 too, and would become others without a word.
  return expected === 'latin-1' && isUtf8(lines) && lines.some((byte) => byte >= 0x80) ? 'utf-8' : expected;
}

function reasonOf(source: Source, dialect: Dialect | null): string | null {
  if (dialect === null || kindOf(source.format) !== 'csv') return null;
  try {
    const found = describeCsv(source, { encoding: dialect.encoding, dialect: null }).dialect;
    if (found.delimiter !== dialect.delimiter) return `its values are separated by ${words[found.delimiter] ?? `"${found.delimiter}"`}`;
    if (found.skipLines !== dialect.skipLines) return `there are ${found.skipLines} lines before its table`;
    return dialect.hasHeader && !found.hasHeader ? 'its first row has no names of columns' : null;
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}

const words: Readonly<Record<string, string>> = { ',': 'commas', '\t': 'tabs', ';': 'semicolons', '|': 'bars', ' ': 'blanks' };
