/** Scales that everybody knows: in their order whatever the spelling, and nothing that only looks like one. */
import { expect, test } from 'vitest';
import { inReadingOrder, scaleOf } from '../../../shared/domain/scales.ts';

test('levels of a scale are put in its order as they are spelt', () => {
  expect(scaleOf(['High', 'low', 'Medium'])).toEqual({ name: 'degrees', order: ['low', 'Medium', 'High'] });
  expect(scaleOf(['Sun', 'Mon', 'Wed'])?.order).toEqual(['Mon', 'Wed', 'Sun']);
  expect(scaleOf(['XL', 'S', 'M', 'L'])?.order).toEqual(['S', 'M', 'L', 'XL']);
  expect(scaleOf(['strongly agree', 'Neutral', 'strongly_disagree'])).toEqual({ name: 'degrees of agreement', order: ['strongly_disagree', 'Neutral', 'strongly agree'] });
  expect(scaleOf(['Premium', 'Fair', 'Ideal', 'Good', 'Very Good'])?.order).toEqual(['Fair', 'Good', 'Very Good', 'Premium', 'Ideal']);
  expect(scaleOf(['dec', 'jan', 'may'])?.order).toEqual(['jan', 'may', 'dec']);
});

test('other words, two spellings of one level, and too few months or letters are no scale', () => {
  expect(scaleOf(['low', 'high', 'middle'])).toBeNull();
  expect(scaleOf(['low', 'Low', 'high'])).toBeNull();
  expect(scaleOf(['may', 'march'])).toBeNull();
  expect(scaleOf(['M', 'L'])).toBeNull();
  expect(scaleOf(['low'])).toBeNull();
  expect(scaleOf([])).toBeNull();
});

test('without a scale numbers within the words count as numbers', () => {
  expect(inReadingOrder(['step 10', 'step 9', 'base'])).toEqual(['base', 'step 9', 'step 10']);
});
