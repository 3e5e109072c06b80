/**
 * Searching datasets by words and tags: "flights source:palmer -pilot quality<80 rows>=1000". All parts must hold.
 * The same in the window, in saved searches and on the command line. Pure.
 */
import { z } from 'zod';
import { formatTag, type Dataset } from './datasets.ts';
import { SearchId } from './ids.ts';

export const SearchQuery = z.string().trim().min(1, 'a search is not empty').max(500);
export const SearchName = z.string().trim().min(1, 'a name is not empty').max(120);

/** A search that everybody of the project finds again. */
export const SavedSearch = z.object({ id: SearchId, name: SearchName, query: SearchQuery });
export type SavedSearch = z.infer<typeof SavedSearch>;

type Comparison = '<' | '<=' | '>' | '>=' | '=';

type Term = { readonly isNot: boolean } & (
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'tag'; readonly key: string; readonly value: string }
  | { readonly kind: 'number'; readonly key: string; readonly comparison: Comparison; readonly value: number }
);

/** Datasets for which every part of the text holds; all of them for an empty text. */
export function searchDatasets(all: readonly Dataset[], text: string): readonly Dataset[] {
  const terms = termsOf(text);
  return terms.length === 0 ? all : all.filter((dataset) => terms.every((term) => holds(dataset, term) !== term.isNot));
}

/** Parts are apart by white space; quotes keep several words together: source:"sensor 4". */
function termsOf(text: string): Term[] {
  return [...text.toLowerCase().matchAll(/(-?)((?:[^\s":<>=]+)?(?:<=|>=|<|>|=|:))?("[^"]*"?|[^\s"]+)/g)].flatMap(([, minus, before, quoted]): Term[] => {
    const isNot = minus === '-';
    const value = (quoted ?? '').replaceAll('"', '').trim();
    const sign = /(<=|>=|<|>|=|:)$/.exec(before ?? '')?.[0];
    const key = sign === undefined ? '' : (before ?? '').slice(0, -sign.length);
    if (value === '') return [];
    if (sign === undefined || key === '') return [{ isNot, kind: 'word', text: `${before ?? ''}${value}` }];
    if (sign === ':') return [{ isNot, kind: 'tag', key, value }];
    const number = Number(value);
    return [Number.isFinite(number) ? { isNot, kind: 'number', key, comparison: sign as Comparison, value: number } : { isNot, kind: 'word', text: `${before ?? ''}${value}` }];
  });
}

function holds({ name, description, tags, versions }: Dataset, term: Term): boolean {
  const latest = versions.at(-1);
  switch (term.kind) {
    case 'word': return [name, description, ...tags.map(formatTag)].join('\n').toLowerCase().includes(term.text);
    // A key and the beginning of its value: "source:pal" finds "source: Palmer".
    case 'tag': return tags.some((tag) => tag.key === term.key && tag.value.toLowerCase().startsWith(term.value));
    case 'number': {
      const own: Readonly<Record<string, number | undefined>> = { rows: latest?.rowCount, columns: latest?.columns.length, versions: versions.length };
      const numbers = Object.hasOwn(own, term.key) ? [own[term.key] ?? NaN] : tags.filter(({ key }) => key === term.key).map(({ value }) => Number(value));
      return numbers.some((number) => isSo(number, term.comparison, term.value));
    }
  }
}

function isSo(a: number, comparison: Comparison, b: number): boolean {
  switch (comparison) {
    case '<': return a < b;
    case '<=': return a <= b;
    case '>': return a > b;
    case '>=': return a >= b;
    case '=': return a === b;
  }
}
