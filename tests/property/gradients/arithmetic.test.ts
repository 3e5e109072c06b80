import { arithmeticCases } from '../../support/gradients/arithmetic.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('arithmetic', arithmeticCases);
