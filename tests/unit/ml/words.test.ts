import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSession, Tensor } from '../../../electron/infer/session.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import { encodeWords, fitWords, wordsInGraph } from '../../../electron/ml/words.ts';
import type { WordsEncoding } from '../../../electron/ml/words.ts';
import type { CategoryColumn } from '../../../shared/domain/column-data.ts';
import { range } from '../../../shared/math/random.ts';

/** A text column; null is missing. */
function textColumn(texts: readonly (string | null)[]): CategoryColumn {
  const labels = [...new Set(texts.filter((text) => text !== null))];
  return { kind: 'category', name: 'text', type: 'text', labels, codes: Int32Array.from(texts, (text) => (text === null ? -1 : labels.indexOf(text))) };
}

function fit(texts: readonly (string | null)[], steps = 4, vocabulary = 20): WordsEncoding {
  return fitWords(textColumn(texts), range(texts.length), { steps, vocabulary });
}

function encode(words: WordsEncoding, texts: readonly (string | null)[]): number[] {
  return [...encodeWords(words, textColumn(texts), range(texts.length))];
}

/** The numbers that ONNX Runtime gives for texts. */
async function runInGraph(words: WordsEncoding, texts: readonly string[]): Promise<number[]> {
  const graph = new Graph('words');
  graph.output('codes', wordsInGraph(ops(graph), words, graph.input('text', 'string', ['batch', 1])));
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  try {
    const { codes } = await session.run({ text: new Tensor('string', [...texts], [texts.length, 1]) });
    return Array.from(codes?.data as Int32Array);
  } finally {
    await session.release();
  }
}

describe('words', () => {
  it('are numbered by how often they occur, from 2 on, whatever their case and punctuation', () => {
    const words = fit(['The cat. the dog', '"The" end', 'cat']);
    expect(encode(words, ['The the "The" cat.'])).toEqual([2, 2, 2, 3]);
  });

  it('that were not seen in training, or not so spelled, are other', () => {
    const words = fit(['red blue blue']);
    expect(encode(words, ['green BLUE blue'])).toEqual([1, 1, 2]);
  });

  it('are those of the train part alone', () => {
    const words = fitWords(textColumn(['a b', 'c d e f']), Int32Array.of(0), { steps: 8, vocabulary: 20 });
    expect(words.spellings.map(([word]) => word)).toEqual(['a', 'b']);
    expect(words.steps).toBe(2);
  });

  it('beyond the vocabulary are other, and the most frequent stay', () => {
    const words = fit(['a a a b b c d e f g h'], 12, 8);
    expect(words.size).toBe(8);
    expect(encode(words, ['a b h'])).toEqual([2, 3, 1, ...new Array<number>(words.steps - 3).fill(0)]);
  });

  it('of a missing, empty or blank text are all padding', () => {
    const words = fit(['one two three']);
    expect(encode(words, [null, '', ' \t\n '])).toEqual(new Array<number>(9).fill(0));
  });

  it('of punctuation alone are words of their own', () => {
    expect(fit(['- !']).spellings.map(([word]) => word)).toEqual(['!', '-']);
  });

  it('cannot come from a column of numbers', () => {
    const column = { kind: 'number', name: 'x', type: 'number', values: new Float64Array(2) } as const;
    expect(() => fitWords(column, range(2), { steps: 4, vocabulary: 10 })).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'train/bad-config' }) }));
  });

  it('need at least one in the train part', () => {
    expect(() => fit([' ', null])).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'train/no-features' }) }));
  });

  it('have the same numbers in ONNX Runtime, for whatever text', async () => {
    const piece = fc.oneof(
      fc.constantFrom(' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u3000', 'a', 'B', 'cat', 'Cat.', '"cat"', '-', 'ß', 'İ', '日本', '😀', 'e\u0301', '\ud83d', ''),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    );
    // A zero character ends a text in ONNX Runtime's binding to JavaScript.
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('').replaceAll('\0', ''));
    await fc.assert(fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 6 }), fc.array(text, { minLength: 1, maxLength: 6 }), fc.integer({ min: 2, max: 6 }),
      async (seen, asked, steps) => {
        const words = fit(['cat a', ...seen], steps, 12);
        const texts = [...seen, ...asked];
        expect(await runInGraph(words, texts)).toEqual(encode(words, texts));
      },
    ), { numRuns: 60 });
  });

  it('of blank texts alone are padding in ONNX Runtime too', async () => {
    const words = fit(['one two']);
    expect(await runInGraph(words, ['', '  ', '\n'])).toEqual(new Array<number>(6).fill(0));
  });
});
