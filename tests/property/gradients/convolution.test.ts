import { convolutionCases } from '../../support/gradients/convolution.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('convolution', convolutionCases);
