import { normalizationCases } from '../../support/gradients/normalization.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('normalisation', normalizationCases);
