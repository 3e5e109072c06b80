/** Channels of images. */
import { imagesOfVersion } from '../app/images.ts';
import { pixelsUnderPolicies } from '../app/under-policies.ts';
import type { imageChannels } from '../../shared/contract/images.ts';
import type { Handlers } from './serve.ts';

export const imageHandlers: Handlers<keyof typeof imageChannels> = {
  'images.show': (context, request) => imagesOfVersion(context, request),
  'images.makePixels': async (context, { override, ...request }) => {
    const { jobId, datasetId } = await pixelsUnderPolicies(context, request, override);
    return { jobId, datasetId };
  },
};
