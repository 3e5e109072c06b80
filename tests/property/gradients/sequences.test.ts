import { proveGradients } from '../../support/gradients/prove.ts';
import { sequenceCases } from '../../support/gradients/sequences.ts';

proveGradients('sequences', sequenceCases);
