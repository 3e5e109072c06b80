/** What relations, missing values and targets say, as sentences; the same in the window and on the command line. Pure. */
import { strengthOf, type ClassBalance, type LeakageHint, type LeftOut, type MissingPatterns, type Relation, type Relations, type RepeatedRows } from './relations.ts';

/** What a hint is called, in a word or two. */
export const hintWords: Readonly<Record<LeakageHint['kind'], string>> = {
  same: 'Same as the target', 'one-to-one': 'One to one', determines: 'Determines it', correlated: 'Follows it', identifier: 'Names rows', 'shared-rows': 'Shared rows',
};

/** Pairs weaker than this hardly go together, and are not listed. */
export const weakPair = 0.2;

const leftOutWords: Readonly<Record<LeftOut['reason'], string>> = { constant: 'constant', image: 'images', levels: 'more than 1,000 values, or more than one for every two rows', limit: 'beyond the first 60' };

/** Pairs with at least this measure, the strongest first; equal ones in the order of the columns. */
export function strongestPairs(pairs: readonly Relation[], least = 0): Relation[] {
  return pairs.filter((pair) => {
    const strength = strengthOf(pair);
    return strength !== null && Math.abs(strength) >= least;
  }).toSorted((a, b) => Math.abs(strengthOf(b) ?? 0) - Math.abs(strengthOf(a) ?? 0));
}

/** "“a” and “b” rise together strongly". */
export function pairSentence(pair: Relation): string {
  const strength = strengthOf(pair);
  if (strength === null) return `“${pair.a}” and “${pair.b}” cannot be compared: one of them is constant where both have values`;
  const isSigned = pair.pearson !== null || pair.spearman !== null;
  const how = Math.abs(strength) >= 0.9 ? 'almost fully' : Math.abs(strength) >= 0.7 ? 'strongly' : Math.abs(strength) >= 0.4 ? 'clearly' : Math.abs(strength) >= weakPair ? 'weakly' : 'hardly at all';
  const what = !isSigned ? 'go together' : strength >= 0 ? 'rise together' : 'go against each other';
  return `“${pair.a}” and “${pair.b}” ${what} ${how}`;
}

/** The measures of a pair: "Pearson 0.87, Spearman 0.84". */
export function measuresOf({ pearson, spearman, cramersV, eta }: Relation): string {
  const named = [['Pearson', pearson], ['Spearman', spearman], ['Cram\u00e9r\u2019s V', cramersV], ['Correlation ratio', eta]] as const;
  return named.flatMap(([name, value]) => (value === null ? [] : [`${name} ${decimals(value)}`])).join(', ');
}

/** Which rows pairs were counted on, and which columns take no part. */
export function scopeSentence({ rowCount, seenRowCount, compared, leftOut }: Pick<Relations, 'rowCount' | 'seenRowCount' | 'compared' | 'leftOut'>): string {
  const rows = seenRowCount < rowCount ? `on ${count(seenRowCount)} of ${count(rowCount)} rows, evenly taken` : `on all ${plural(rowCount, 'row')}`;
  const left = Object.entries(leftOutWords).flatMap(([reason, words]) => {
    const names = leftOut.filter((one) => one.reason === reason).map(({ column }) => `“${column}”`);
    if (names.length === 0) return [];
    return [`${names.length > 4 ? plural(names.length, 'column') : names.join(', ')} (${words})`];
  });
  return `${plural(compared.length, 'column')} compared ${rows}.${left.length === 0 ? '' : ` Left out: ${left.join('; ')}.`}`;
}

/** How many rows are complete, and whether columns are missing together. */
export function missingSentence({ columns, patterns, patternCount }: MissingPatterns, rowCount: number): string {
  if (columns.length === 0) return rowCount === 0 ? 'There are no rows.' : 'No value is missing.';
  const complete = patterns.find((pattern) => pattern.columns.length === 0)?.rowCount ?? 0;
  const together = patterns.find((pattern) => pattern.columns.length > 1);
  const most = together ? ` Most often missing together: ${together.columns.slice(0, 4).map((name) => `“${name}”`).join(', ')}${together.columns.length > 4 ? ` and ${plural(together.columns.length - 4, 'more column')}` : ''}, in ${plural(together.rowCount, 'row')}.` : '';
  return `${plural(complete, 'row')} of ${count(rowCount)} ${complete === 1 ? 'is' : 'are'} complete; ${plural(columns.length, 'column')} ${columns.length === 1 ? 'has' : 'have'} missing values, in ${plural(patternCount, 'pattern')}.${most}`;
}

/** How many rows are copies. */
export function repeatedSentence({ groupCount, copyCount }: RepeatedRows): string {
  if (groupCount === 0) return 'No row is there twice.';
  return `${plural(groupCount, 'row')} ${groupCount === 1 ? 'is' : 'are'} there more than once: ${plural(copyCount, 'copy', 'copies')} could go. Parts drawn at random share them, and a test on such rows tells too much.`;
}

/** How many classes there are, and how evenly they are spread. */
export function balanceSentence({ classCount, classes, rarestCount, imbalance, evenness, missingCount }: ClassBalance): string {
  const [most] = classes;
  if (!most) return 'It has no value at all.';
  const missing = missingCount === 0 ? '' : ` ${plural(missingCount, 'row')} ${missingCount === 1 ? 'has' : 'have'} none.`;
  if (evenness === null) return `It has one class only, “${most.value}”: there is nothing to learn.${missing}`;
  if (imbalance === 1) return `${plural(classCount, 'class', 'classes')}, even: each has ${plural(most.count, 'row')}.${missing}`;
  const word = evenness >= 0.95 ? 'even' : evenness >= 0.8 ? 'fairly even' : evenness >= 0.5 ? 'uneven' : 'very uneven';
  return `${plural(classCount, 'class', 'classes')}, ${word} (entropy ${decimals(evenness)} of the most possible). The most frequent is “${most.value}” with ${plural(most.count, 'row')}, ${decimals(imbalance, 1)} times the ${count(rarestCount)} of the rarest.${missing}`;
}

/** A measure with two decimals and a true minus sign; a zero has none. */
export function decimals(value: number, digits = 2): string {
  return value.toFixed(digits).replace(/^-(0\.0*)$/, '$1').replace('-', '\u2212');
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
