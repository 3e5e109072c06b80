import { linearCases } from '../../support/gradients/linear.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('products', linearCases);
