/** What a profile says besides its columns, as lines of text. */
import { balanceSentence, hintWords, measuresOf, missingSentence, pairSentence, repeatedSentence, scopeSentence, strongestPairs, weakPair } from '../../shared/domain/relation-words.ts';
import type { Relations, TargetReport } from '../../shared/domain/relations.ts';
import { table } from './print.ts';

const shownPairs = 10;

export function relationLines({ pairs, missing, repeated, outliers, texts, ...scope }: Relations): string[] {
  const strong = strongestPairs(pairs, weakPair).slice(0, shownPairs);
  const far = outliers.filter(({ outlierCount }) => outlierCount > 0);
  return [
    '', `Relations: ${scopeSentence(scope)}`,
    ...(strong.length === 0 ? ['  No two columns go together.'] : strong.map((pair) => `  ${pairSentence(pair)}: ${measuresOf(pair)} (${pair.rowCount.toLocaleString('en')} rows)`)),
    '', `Missing: ${missingSentence(missing, scope.rowCount)}`,
    `Repeated: ${repeatedSentence(repeated)}`,
    ...(far.length === 0 ? ['Outliers: no number lies beyond Tukey\u2019s fences.'] : ['', table(['Outliers', 'Beyond 1.5 IQR', 'Beyond 3 IQR', 'Below', 'Above'], far.map(({ column, outlierCount, farCount, fences }) => [column, outlierCount, farCount, fences?.low ?? null, fences?.high ?? null]))]),
    ...(texts.length === 0 ? [] : ['', table(['Texts', 'Shortest', 'Median', 'Mean', 'Longest', 'Empty'], texts.map(({ column, lengths, emptyCount }) => [column, lengths?.min ?? null, lengths?.median ?? null, lengths?.mean ?? null, lengths?.max ?? null, emptyCount]))]),
  ];
}

export function targetLines({ target, balance, hints }: TargetReport): string[] {
  return [
    '', `Target \u201c${target}\u201d: ${balance === null ? 'a number.' : balanceSentence(balance)}`,
    ...(hints.length === 0 ? ['  No column gives it away.'] : hints.map(({ kind, column, reason }) => `  \u201c${column}\u201d \u2013 ${hintWords[kind].toLowerCase()}. ${reason}`)),
  ];
}
