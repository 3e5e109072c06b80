/** All channels and events. A missing handler, or one too many, does not compile (see electron/ipc). */
import { z } from 'zod';
import { RunId } from '../domain/ids.ts';
import { Job } from '../domain/jobs.ts';
import { MetricPoint } from '../domain/runs.ts';
import type { InputOf, OutputOf, ParsedInputOf } from './channel.ts';
import { classificationChannels } from './classification.ts';
import { datasetChannels } from './datasets.ts';
import { driftChannels } from './drift.ts';
import { exportChannels } from './exports.ts';
import { historyChannels } from './history.ts';
import { imageChannels } from './images.ts';
import { jobChannels } from './jobs.ts';
import { pageChannels } from './pages.ts';
import { peopleChannels } from './people.ts';
import { policyChannels } from './policies.ts';
import { projectChannels } from './project.ts';
import { providerChannels } from './providers.ts';
import { queryChannels } from './queries.ts';
import { relationChannels } from './relations.ts';
import { runChannels } from './runs.ts';
import { shellChannels, shellEvents } from './shell.ts';
import { syncChannels } from './sync.ts';
import { versionDiffChannels } from './version-diff.ts';

/** Channels the engine serves. */
export const engineChannels = {
  ...projectChannels, ...historyChannels, ...datasetChannels, ...classificationChannels, ...relationChannels, ...policyChannels, ...queryChannels, ...exportChannels, ...imageChannels, ...versionDiffChannels, ...runChannels, ...driftChannels, ...pageChannels, ...peopleChannels, ...providerChannels, ...jobChannels, ...syncChannels,
};
export type EngineChannels = typeof engineChannels;
export type EngineChannelName = keyof EngineChannels;

export type ShellChannels = typeof shellChannels;
export type ShellChannelName = keyof ShellChannels;

export const channels = { ...engineChannels, ...shellChannels };
export type Channels = typeof channels;
export type ChannelName = keyof Channels;
export type Input<N extends ChannelName> = InputOf<Channels[N]>;
export type ParsedInput<N extends ChannelName> = ParsedInputOf<Channels[N]>;
export type Output<N extends ChannelName> = OutputOf<Channels[N]>;

/** Events report state that has changed; they never ask for anything. */
export const engineEvents = {
  /** Entities of these types and ids have a new state. */
  changed: z.object({ types: z.array(z.string()), ids: z.array(z.string()) }),
  job: Job,
  /** The state of the folder has changed: `sync.status` has more. At most five a second. */
  sync: z.object({}),
  /** New points of a running run, in order. */
  points: z.object({ runId: RunId, points: z.array(MetricPoint) }),
};
export const events = { ...engineEvents, ...shellEvents };
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

export { shellChannels, shellEvents };
