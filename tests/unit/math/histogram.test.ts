import { expect, test } from 'vitest';
import { binCounts, equalWidthEdges, pooledSturgesEdges, sturgesBinCount } from '../../../shared/math/histogram.ts';

const a = Float64Array.of(1.5, 2, 2, 7, 9, -3, 0.25).sort();
const b = Float64Array.of(2, 4, 4.5, 8, 11);

test('edges by Sturges\' rule and the counts in them are those of numpy', () => {
  // numpy 2.4: edges = np.histogram_bin_edges([*a, *b], bins='sturges'); np.histogram(a, edges)[0]
  const edges = pooledSturgesEdges(a, b);
  [-3, -0.2, 2.6, 5.4, 8.2, 11].forEach((edge, i) => expect(edges[i]).toBeCloseTo(edge, 12));
  expect([...binCounts(a, edges)]).toEqual([1, 4, 0, 1, 1]);
});

test('a constant gets one bin, widened by a half to each side', () => {
  expect([...pooledSturgesEdges(Float64Array.of(5, 5), Float64Array.of(5))]).toEqual([4.5, 5.5]);
  expect(sturgesBinCount(1, 5, 5)).toBe(1);
});

test('a value on an inner edge belongs to the bin above it and one on the last edge to the last bin', () => {
  expect([...binCounts(Float64Array.of(0, 1, 2), equalWidthEdges(0, 2, 2))]).toEqual([1, 2]);
});

test('values outside the edges are not counted', () => {
  expect([...binCounts(Float64Array.of(-1, 0.5, 3), equalWidthEdges(0, 2, 2))]).toEqual([1, 0]);
});

test('a range beyond the largest number has finite, ascending edges', () => {
  const edges = equalWidthEdges(-Number.MAX_VALUE, Number.MAX_VALUE, 30);
  expect(edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]!))).toBe(true);
});
