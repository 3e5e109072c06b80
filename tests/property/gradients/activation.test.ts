import { activationCases } from '../../support/gradients/activation.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('activations', activationCases);
