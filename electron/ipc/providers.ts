/** Channels of providers. */
import { startProviderCheck } from '../app/providers.ts';
import type { providerChannels } from '../../shared/contract/providers.ts';
import type { Handlers } from './serve.ts';

export const providerHandlers: Handlers<keyof typeof providerChannels> = {
  'providers.list': ({ providers }) => providers.list(),
  'providers.check': (context) => ({ jobId: startProviderCheck(context).jobId }),
};
