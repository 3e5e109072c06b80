/** The golden file: every default decision and every implemented test equals what Evidently's own functions gave. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { chiSquareAgainstReference } from '../../../shared/math/chi-square.ts';
import { sampleOf, type NumberSample, type Sample } from '../../../shared/math/drift-sample.ts';
import { datasetDrift, normedWasserstein, pairedCounts, testColumn } from '../../../shared/math/drift.ts';
import { binCounts, pooledSturgesEdges } from '../../../shared/math/histogram.ts';
import { jensenShannonDistance } from '../../../shared/math/jensen-shannon.ts';
import { kolmogorovSmirnovOfSorted } from '../../../shared/math/kolmogorov-smirnov.ts';
import { zTestOfProportions } from '../../../shared/math/z-proportions.ts';
import { categories, numbers } from '../../support/columns.ts';

interface Expected { score: number; threshold: number; drifted: boolean; test?: string; error?: string }
interface Part {
  reference: Record<string, (number | string)[]>;
  current: Record<string, (number | string)[]>;
  expected: Record<string, Record<string, Expected>>;
  drift_share: number;
}

const golden = JSON.parse(readFileSync(new URL('../../fixtures/drift-golden.json', import.meta.url), 'utf8')) as { evidently: { small: Part; large: Part } };
const testNames: Record<string, string> = { ks: 'ks', chisquare: 'chi-square', z: 'z', wasserstein: 'wasserstein', jensenshannon: 'jensen-shannon' };

/** Distances are sums of a few thousand terms of size 1: 1e-9 leaves five digits for rounding. P-values as the issue asks, and relative to 1e-6 for tiny ones. */
function expectScore(actual: number, expected: number, isPValue: boolean): void {
  expect(Math.abs(actual - expected)).toBeLessThan(1e-9);
  if (isPValue && expected > 1e-12) expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-6);
}

for (const size of ['small', 'large'] as const) {
  const part = golden.evidently[size];
  const names = Object.keys(part.reference);

  describe(`golden data, ${size}`, () => {
    test.each(names)('%s gets the default test, score, threshold and decision', (name) => {
      const expected = part.expected[name]!['default']!;
      const outcome = testColumn(columnOf(name, part.reference[name]!), columnOf(name, part.current[name]!));
      expect(outcome.test).toBe(testNames[expected.test!]);
      expect(outcome.threshold).toBe(expected.threshold);
      expect(outcome.drifted).toBe(expected.drifted);
      expectScore(outcome.score, expected.score, outcome.isPValue);
    });

    test('the share of drifted columns and the decision on the dataset are equal', () => {
      const outcomes = names.map((name) => testColumn(columnOf(name, part.reference[name]!), columnOf(name, part.current[name]!)));
      expect(datasetDrift(outcomes)).toEqual({ driftedShare: part.drift_share, drifted: true });
    });

    const cases = names.flatMap((name) => Object.keys(testNames).filter((method) => part.expected[name]![method]?.score !== undefined).map((method) => [name, method] as const));
    test.each(cases)('%s by %s gets the same score', (name, method) => {
      const reference = sampleOf(columnOf(name, part.reference[name]!));
      const current = sampleOf(columnOf(name, part.current[name]!));
      expectScore(scoreBy(method, reference, current), part.expected[name]![method]!.score, ['ks', 'chisquare', 'z'].includes(method));
    });
  });
}

function columnOf(name: string, values: readonly (number | string)[]): ColumnData {
  return typeof values[0] === 'number' ? numbers(name, values as number[]) : categories(name, values as string[]);
}

function scoreBy(method: string, reference: Sample, current: Sample): number {
  const counts = pairedCounts(reference, current);
  switch (method) {
    case 'ks': return kolmogorovSmirnovOfSorted((reference as NumberSample).sorted, (current as NumberSample).sorted).pValue;
    case 'wasserstein': return normedWasserstein(reference as NumberSample, current as NumberSample);
    case 'chisquare': return chiSquareAgainstReference(counts.reference, counts.current);
    case 'z': return zTestOfProportions(counts.reference[0]!, reference.valueCount, counts.current[0]!, current.valueCount);
    default: return jensenShannonBinned(reference, current);
  }
}

/** Evidently bins a number with more than 20 distinct reference values by Sturges' rule over both samples. */
function jensenShannonBinned(reference: Sample, current: Sample): number {
  if (reference.kind === 'number' && current.kind === 'number' && new Set(reference.sorted).size > 20) {
    const edges = pooledSturgesEdges(reference.sorted, current.sorted);
    return jensenShannonDistance(binCounts(reference.sorted, edges), binCounts(current.sorted, edges));
  }
  const counts = pairedCounts(reference, current);
  return jensenShannonDistance(counts.reference, counts.current);
}
