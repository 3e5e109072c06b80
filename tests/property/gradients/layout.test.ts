import { layoutCases } from '../../support/gradients/layout.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('layout', layoutCases);
