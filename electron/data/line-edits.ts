/**
 * Lines of a text file that DuckDB's reader would take wrongly: comments (it would cut a value at a "#")
 * and delimiters of which several count as one. They are taken out here, before it reads.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Dialect } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { chunksOf, lineLimitBytes } from './text.ts';

/** Whether files of this dialect have to be written again before they are read. */
export function needsEdits(dialect: Dialect): boolean {
  return dialect.comment !== '' || dialect.joinsDelimiters;
}

/** Goes through the lines of one file, in their order. */
export class LineEditor {
  /** Numbers of the lines that were left out, counted from 1. */
  readonly dropped: number[] = [];
  readonly #dialect: Dialect;
  #line = 0;
  #isQuoted = false;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** The line (without its end) as it is to be read; null where it is no data. */
  edit(line: string): string | null {
    const { skipLines, comment, quote, joinsDelimiters } = this.#dialect;
    this.#line += 1;
    const isComment = comment !== '' && !this.#isQuoted && line.trimStart().startsWith(comment);
    if (this.#line <= skipLines || isComment) {
      this.dropped.push(this.#line);
      return null;
    }
    if (!joinsDelimiters && (quote === '' || !line.includes(quote))) return line;
    return this.#scan(line);
  }

  /** Follows the quotes and joins delimiters; those at the ends of a line go. */
  #scan(line: string): string {
    const { quote, escape, joinsDelimiters } = this.#dialect;
    let out = '';
    let at = joinsDelimiters && !this.#isQuoted ? this.#delimiterEnd(line, 0) : 0;
    let isFieldBlank = true;
    while (at < line.length) {
      const character = line[at] ?? '';
      const next = line[at + 1];
      if (this.#isQuoted) {
        const isEscape = character === escape && (next === quote || (escape !== quote && next === escape));
        if (!isEscape && character === quote) this.#isQuoted = false;
        out += isEscape ? character + (next ?? '') : character;
        at += isEscape ? 2 : 1;
        continue;
      }
      const end = this.#delimiterEnd(line, at);
      if (quote !== '' && character === quote && isFieldBlank) this.#isQuoted = true;
      if (end > at) {
        if (!joinsDelimiters) out += line.slice(at, end);
        else if (end < line.length) out += this.#dialect.delimiter;
        isFieldBlank = true;
        at = end;
        continue;
      }
      isFieldBlank &&= character === ' ';
      out += character;
      at += 1;
    }
    return out;
  }

  /** Where the delimiter at `at` ends; `at` itself where there is none. */
  #delimiterEnd(line: string, at: number): number {
    const { delimiter, joinsDelimiters } = this.#dialect;
    // In tables laid out with blanks a tab is one of them.
    if (joinsDelimiters && delimiter === ' ') return at + (/^[ \t]+/.exec(line.slice(at, at + 10_000))?.[0].length ?? 0);
    let end = at;
    while (line.startsWith(delimiter, end)) {
      end += delimiter.length;
      if (!joinsDelimiters) break;
    }
    return end;
  }
}

/** The beginning of a file as it is to be read. */
export function editText(text: string, dialect: Dialect): string {
  if (dialect.skipLines === 0 && !needsEdits(dialect)) return text;
  const editor = new LineEditor(dialect);
  const kept: string[] = [];
  for (const { line, end } of linesOf(text)) {
    const edited = editor.edit(line);
    if (edited !== null) kept.push(edited + end);
  }
  return kept.join('');
}

export interface EditOptions {
  /** For errors. */
  readonly fileName: string;
  /** Stops after about so much, at the end of a line. */
  readonly limitBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the UTF-8 file `path` again as it is to be read. Returns the numbers of the lines left out.
 * @throws data/too-large for a line beyond the limit, job/cancelled, files/*
 */
export async function writeEdited(path: string, dialect: Dialect, outPath: string, options: EditOptions): Promise<readonly number[]> {
  const editor = new LineEditor(dialect);
  await pipeline(Readable.from(editedChunks(path, editor, options)), createWriteStream(outPath));
  return editor.dropped;
}

/** The line of the file where the copy without the lines `dropped` has `line`. */
export function lineBefore(dropped: readonly number[], line: number): number {
  let at = line;
  for (const number of dropped) {
    if (number > at) break;
    at += 1;
  }
  return at;
}

async function* editedChunks(path: string, editor: LineEditor, { fileName, limitBytes = Infinity, signal }: EditOptions): AsyncGenerator<string> {
  let readBytes = 0;
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunksOf(path, { encoding: null, signal })) {
    const text = rest + decoder.write(chunk);
    // A carriage return at the end may be the first half of a line end.
    const cut = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r', text.length - 2)) + 1;
    rest = text.slice(cut);
    if (rest.length > lineLimitBytes) throw fail('data/too-large', { file: fileName, found: 'a line that does not end', limit: `${lineLimitBytes} bytes a line` });
    yield edited(text.slice(0, cut), editor);
    readBytes += chunk.length;
    if (readBytes > limitBytes) return;
  }
  yield edited(rest + decoder.end(), editor);
}

function edited(text: string, editor: LineEditor): string {
  let out = '';
  for (const { line, end } of linesOf(text)) {
    const kept = editor.edit(line);
    if (kept !== null) out += kept + end;
  }
  return out;
}

function* linesOf(text: string): Generator<{ line: string; end: string }> {
  for (const [whole, line = '', end = ''] of text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) if (whole !== '') yield { line, end };
}
