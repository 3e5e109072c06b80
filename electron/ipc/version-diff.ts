/** Channels of differences between versions. */
import * as app from '../app/version-diff.ts';
import type { versionDiffChannels } from '../../shared/contract/version-diff.ts';
import type { Handlers } from './serve.ts';

export const versionDiffHandlers: Handlers<keyof typeof versionDiffChannels> = {
  'versions.diff': (context, { spec }) => app.diffVersions(context, spec),
  'versions.diffRows': (context, { spec, view }) => app.readDiffRows(context, spec, view),
  'versions.shift': (context, { spec }) => app.shiftOf(context, spec),
  'versions.effect': (context, request) => ({ jobId: app.startEffect(context, request).jobId }),
};
