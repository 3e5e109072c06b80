import { lossCases } from '../../support/gradients/losses.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('losses', lossCases);
