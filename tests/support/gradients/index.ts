/** All gradient cases, by family. */
import { activationCases } from './activation.ts';
import { arithmeticCases } from './arithmetic.ts';
import type { GradientCases } from './case.ts';
import { convolutionCases } from './convolution.ts';
import { extremaCases } from './extrema.ts';
import { layoutCases } from './layout.ts';
import { linearCases } from './linear.ts';
import { lossCases } from './losses.ts';
import { normalizationCases } from './normalization.ts';

export const gradientCases: Readonly<Record<string, GradientCases>> = {
  arithmetic: arithmeticCases, extrema: extremaCases, activations: activationCases, products: linearCases, layout: layoutCases,
  normalisation: normalizationCases, losses: lossCases,
  convolution: convolutionCases,
};
