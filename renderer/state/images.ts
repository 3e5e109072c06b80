/** What is done with the images of datasets. */
import type { Input } from '../../shared/contract/index.ts';
import { call } from '../api.ts';

export const makePixels = (request: Input<'images.makePixels'>) => call('images.makePixels', request);
