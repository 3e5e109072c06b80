import { extremaCases } from '../../support/gradients/extrema.ts';
import { proveGradients } from '../../support/gradients/prove.ts';

proveGradients('extrema', extremaCases);
