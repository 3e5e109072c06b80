/**
 * Text as numbers of words: which words a model knows is decided on the train part alone, then applied to every part here and
 * written into the exported model by `wordsInGraph`. Both follow the same definition:
 * - words are what spaces, tabs and line breaks separate, the first `steps` of them; of each kind of separator, no piece is
 *   looked into beyond its first `steps` parts;
 * - a word's number is that of its spelling, as it was seen in training; 1 for spellings that were not seen; 0 pads to `steps`.
 * Spellings that differ only in case or in punctuation around the word share a number.
 */
import type { CategoryColumn, ColumnData } from '../../shared/domain/column-data.ts';
import type { ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import type { Value } from './graph.ts';
import type { Ops } from './ops/index.ts';

/** What separates words, in the order in which text is cut. */
const separators = ['\n', '\r', '\t', ' '] as const;

export interface WordsEncoding {
  readonly kind: 'words';
  readonly name: string;
  readonly type: ColumnType;
  readonly hasMissing: false;
  /** Words that are seen of a text; the longest text of the train part may have fewer than was asked for. */
  readonly steps: number;
  /** Numbers in use: padding, other, and the words kept. */
  readonly size: number;
  /** Each known spelling with its number, 2 for the most frequent word. */
  readonly spellings: readonly (readonly [string, number])[];
}

/**
 * The words of the train part, `vocabulary` of them at most with padding and other, most frequent first; ties by code unit.
 * @throws train/bad-config for a column of numbers; train/no-features when it has no word at all.
 */
export function fitWords(
  column: ColumnData, train: Int32Array, { steps, vocabulary }: { readonly steps: number; readonly vocabulary: number },
): WordsEncoding {
  const source = textOf(column);
  const timesOfLabel = new Float64Array(source.labels.length);
  for (const row of train) {
    const code = source.codes[row] as number;
    if (code >= 0) timesOfLabel[code]! += 1;
  }
  const bySpelling = new Map<string, number>();
  let longest = 0;
  source.labels.forEach((label, code) => {
    const times = timesOfLabel[code] as number;
    if (times === 0) return;
    const words = splitWords(label, steps);
    longest = Math.max(longest, words.length);
    for (const word of words) bySpelling.set(word, (bySpelling.get(word) ?? 0) + times);
  });
  if (bySpelling.size === 0) throw fail('train/no-features', { reason: `"${column.name}" has no words in the train part` });

  const byWord = new Map<string, { times: number; spellings: string[] }>();
  for (const [spelling, times] of bySpelling) {
    const entry = byWord.get(wordOf(spelling)) ?? { times: 0, spellings: [] };
    entry.times += times;
    entry.spellings.push(spelling);
    byWord.set(wordOf(spelling), entry);
  }
  const kept = [...byWord].sort(([a, x], [b, y]) => y.times - x.times || (a < b ? -1 : 1)).slice(0, vocabulary - 2);
  return {
    kind: 'words', name: column.name, type: column.type, hasMissing: false, steps: Math.min(steps, Math.max(2, longest)), size: kept.length + 2,
    spellings: kept.flatMap(([, { spellings }], i) => spellings.sort().map((spelling) => [spelling, i + 2] as const)),
  };
}

/** The numbers of the words of `rows`: int32 [rows, steps], row-major. A missing text is all padding. */
export function encodeWords(words: WordsEncoding, column: ColumnData, rows: Int32Array): Int32Array {
  const { steps } = words;
  const source = textOf(column);
  const numbers = new Map(words.spellings);
  const encoded = new Map<number, Int32Array>();
  const out = new Int32Array(rows.length * steps);
  rows.forEach((row, i) => {
    const code = source.codes[row] as number;
    if (code < 0) return;
    let line = encoded.get(code);
    if (line === undefined) {
      line = Int32Array.from(splitWords(source.labels[code] as string, steps), (word) => numbers.get(word) ?? 1);
      encoded.set(code, line);
    }
    out.set(line, i * steps);
  });
  return out;
}

/** The same in a graph: string [batch, 1] to int32 [batch, steps]. */
export function wordsInGraph(op: Ops, { steps, spellings }: WordsEncoding, input: Value): Value {
  let pieces = input;
  for (const separator of separators) pieces = compacted(op, op.splitText(pieces, separator, steps), steps);
  const known = [['', 0] as const, ...spellings];
  return op.cast(op.numberWords(pieces, known.map(([word]) => word), known.map(([, number]) => number), 1), 'int32');
}

/** The first `steps` pieces that are not empty: string [batch, .., ..] to [batch, steps], "" behind the last. */
function compacted(op: Ops, pieces: Value, steps: number): Value {
  const { graph } = op;
  const flat = graph.emitOne('Reshape', [pieces, graph.integers([0, -1])], 'string', ['batch', 'pieces']);
  const isWord = op.numberWords(flat, [''], [0], 1);
  const place = op.cumulativeSum(isWord, 1);
  const last = op.scalar('int64', steps);
  const isKept = op.and(op.equal(isWord, op.scalar('int64', 1)), op.lessOrEqual(place, last));
  const target = op.where(isKept, op.sub(place, op.scalar('int64', 1)), last);
  const batch = op.slice(op.shapeOf(flat), 0, 0, 1);
  const empty = graph.constant('string', [1, 1], [''], 'empty');
  const base = graph.emitOne('Expand', [empty, op.concat([batch, graph.integers([steps + 1])], 0)], 'string', ['batch', steps + 1]);
  const placed = graph.emitOne('ScatterElements', [base, target, flat], 'string', ['batch', steps + 1], { axis: { int: 1 } });
  return op.slice(placed, 1, 0, steps);
}

/** A text as any runtime takes it: UTF-8 has no half characters, and Node's binding ends a text at a zero character. */
export function runtimeText(text: string): string {
  return text.replace(/[\p{Surrogate}\0]/gu, '\ufffd');
}

/** The first `steps` words of a text. */
function splitWords(text: string, steps: number): string[] {
  let pieces = [runtimeText(text)];
  for (const separator of separators) {
    pieces = pieces.flatMap((piece) => piece.split(separator, steps)).filter((piece) => piece !== '').slice(0, steps);
  }
  return pieces;
}

/** What spellings of one word have in common. */
function wordOf(spelling: string): string {
  const characters = [...spelling.toLowerCase()];
  const isOfWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
  const from = characters.findIndex(isOfWord);
  return from < 0 ? spelling : characters.slice(from, characters.findLastIndex(isOfWord) + 1).join('');
}

function textOf(column: ColumnData): CategoryColumn {
  if (column.kind === 'category') return column;
  throw fail('train/bad-config', { field: 'features', value: column.name, reason: 'it has numbers, and the model takes words.' });
}
