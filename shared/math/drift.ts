/**
 * Drift of a column between a reference and current data: the test, the threshold and the decision that Evidently takes
 * by default (its column typing, its choice by reference size, strict or not at the threshold), column by column.
 */
import type { ColumnData } from '../domain/column-data.ts';
import { driftShareThreshold, type DriftTest } from '../domain/drift.ts';
import { fail } from '../errors.ts';
import { chiSquareAgainstReference } from './chi-square.ts';
import { distinctCount, sampleOf, type NumberSample, type Sample } from './drift-sample.ts';
import { jensenShannonDistance } from './jensen-shannon.ts';
import { kolmogorovSmirnovOfSorted } from './kolmogorov-smirnov.ts';
import { wassersteinOfSorted } from './wasserstein.ts';
import { zTestOfProportions } from './z-proportions.ts';

/** Up to this many usable reference rows the decision is a p-value, beyond it a distance. */
const largestSmallReference = 1000;
/** Integers with at most this many distinct current values are categories. */
const mostIntegerCategories = 10;
/** Numbers with at most this many distinct values are compared value by value. */
const mostCountedValues = 5;
/** Text with more distinct current values than this share of its rows is free text. */
const freeTextShare = 0.5;
const pValueThreshold = 0.05;
const distanceThreshold = 0.1;
/** Evidently's floor of the standard deviation that a Wasserstein distance is divided by. */
const smallestDeviation = 0.001;

export interface ColumnTest {
  readonly test: DriftTest;
  readonly isPValue: boolean;
  readonly score: number;
  readonly threshold: number;
  readonly drifted: boolean;
}

/**
 * Tests one column. @throws AppError drift/empty-column when either side has no usable value,
 * drift/cannot-test for a type that has no test here (see `reasonNotTested`).
 */
export function testColumn(reference: ColumnData, current: ColumnData): ColumnTest {
  const [referenceSample, currentSample] = [sampleOf(reference), sampleOf(current)];
  for (const [part, sample] of [['reference', referenceSample], ['current', currentSample]] as const) {
    if (sample.valueCount === 0) throw fail('drift/empty-column', { column: sample.name, part });
  }
  const reason = reasonNotTested(referenceSample, currentSample);
  if (reason !== null) throw fail('drift/cannot-test', { column: reference.name, reason });
  return testSamples(referenceSample, currentSample);
}

/** Why two samples of a column cannot be tested, or null when they can. */
export function reasonNotTested(reference: Sample, current: Sample): string | null {
  if (reference.kind !== current.kind) return `is ${current.type}, but ${reference.type} in the reference`;
  if (current.type === 'date' || current.type === 'timestamp') return 'dates are not tested for drift; cut the data by them instead';
  if (reference.valueCount === 0) return 'has no usable value in the reference';
  if (current.valueCount === 0) return 'has no usable value here';
  if (current.kind === 'category' && current.type === 'text' && current.counts.size > current.valueCount * freeTextShare) {
    return 'is free text, which needs a domain classifier';
  }
  return null;
}

/** Tests two samples for which `reasonNotTested` is null. */
export function testSamples(reference: Sample, current: Sample): ColumnTest {
  const isSmall = reference.valueCount <= largestSmallReference;
  const valueCount = distinctCount([reference, current], mostCountedValues + 1);
  if (reference.kind === 'number' && current.kind === 'number' && valueCount > mostCountedValues && !isCategoryLike(current)) {
    return isSmall ? pValue('ks', kolmogorovSmirnovOfSorted(reference.sorted, current.sorted).pValue) : distance('wasserstein', normedWasserstein(reference, current));
  }
  const counts = pairedCounts(reference, current);
  if (!isSmall) return distance('jensen-shannon', jensenShannonDistance(counts.reference, counts.current));
  if (valueCount > 2) return pValue('chi-square', chiSquareAgainstReference(counts.reference, counts.current));
  return pValue('z', zTestOfProportions(counts.reference[0]!, reference.valueCount, counts.current[0]!, current.valueCount));
}

export interface PairedCounts {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

export interface DatasetDrift {
  /** Drifted columns over tested ones; 0 when none was tested. */
  readonly driftedShare: number;
  readonly drifted: boolean;
}

/** Whether a dataset has drifted: when at least `shareThreshold` of its tested columns have. */
export function datasetDrift(columns: readonly { readonly drifted: boolean }[], shareThreshold = driftShareThreshold): DatasetDrift {
  if (columns.length === 0) return { driftedShare: 0, drifted: false };
  const driftedShare = columns.filter((column) => column.drifted).length / columns.length;
  return { driftedShare, drifted: driftedShare >= shareThreshold };
}

/** W1 divided by the standard deviation (of n, not n - 1) of the reference, at least 0.001. */
export function normedWasserstein(reference: NumberSample, current: NumberSample): number {
  const scale = overflowGuard(reference.sorted, current.sorted);
  const [a, b] = scale === 1 ? [reference.sorted, current.sorted] : [reference.sorted.map((x) => x * scale), current.sorted.map((x) => x * scale)];
  return wassersteinOfSorted(a, b) / Math.max(standardDeviation(a), smallestDeviation * scale);
}

/** Rows per value of two samples of one kind, over the values that either has. */
export function pairedCounts(reference: Sample, current: Sample): PairedCounts {
  if (reference.kind === 'number' && current.kind === 'number') return pairedRuns(reference.sorted, current.sorted);
  const referenceCounts = reference.kind === 'category' ? reference.counts : new Map<string, number>();
  const currentCounts = current.kind === 'category' ? current.counts : new Map<string, number>();
  const labels = [...new Set([...referenceCounts.keys(), ...currentCounts.keys()])];
  return { reference: labels.map((label) => referenceCounts.get(label) ?? 0), current: labels.map((label) => currentCounts.get(label) ?? 0) };
}

/** Lengths of the runs of equal values in two ascending arrays, value by value. */
function pairedRuns(a: Float64Array, b: Float64Array): PairedCounts {
  const counts = { reference: [] as number[], current: [] as number[] };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    const [aStart, bStart] = [i, j];
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    counts.reference.push(i - aStart);
    counts.current.push(j - bStart);
  }
  return counts;
}

/** Whether a sample of numbers is treated as categories; only the current data count, as in Evidently. */
function isCategoryLike(current: NumberSample): boolean {
  if (current.type === 'boolean') return true;
  return current.type === 'integer' && distinctCount([current], mostIntegerCategories + 1) <= mostIntegerCategories;
}

/** A factor that keeps squares of the values finite; 1 unless they are beyond 1e150. A power of two, so exact. */
function overflowGuard(a: Float64Array, b: Float64Array): number {
  const largest = Math.max(Math.abs(a[0]!), Math.abs(a.at(-1)!), Math.abs(b[0]!), Math.abs(b.at(-1)!));
  return largest > 1e150 ? 2 ** -600 : 1;
}

function standardDeviation(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = values[i]! - mean;
    squares += difference * difference;
  }
  return Math.sqrt(squares / values.length);
}

/** Evidently takes "p <= threshold" for Kolmogorov-Smirnov and "p < threshold" for its other tests. */
function pValue(test: DriftTest, score: number): ColumnTest {
  const drifted = test === 'ks' ? score <= pValueThreshold : score < pValueThreshold;
  return { test, isPValue: true, score, threshold: pValueThreshold, drifted };
}

function distance(test: DriftTest, score: number): ColumnTest {
  return { test, isPValue: false, score, threshold: distanceThreshold, drifted: score >= distanceThreshold };
}
