/** Every channel of the engine with its handler. */
import { classificationHandlers } from './classification.ts';
import { datasetHandlers } from './datasets.ts';
import { driftHandlers } from './drift.ts';
import { exportHandlers } from './exports.ts';
import { historyHandlers } from './history.ts';
import { imageHandlers } from './images.ts';
import { jobHandlers } from './jobs.ts';
import { pageHandlers } from './pages.ts';
import { peopleHandlers } from './people.ts';
import { policyHandlers } from './policies.ts';
import { projectHandlers } from './project.ts';
import { providerHandlers } from './providers.ts';
import { queryHandlers } from './queries.ts';
import { relationHandlers } from './relations.ts';
import { runHandlers } from './runs.ts';
import type { Handlers } from './serve.ts';
import { syncHandlers } from './sync.ts';
import { versionDiffHandlers } from './version-diff.ts';

export const handlers: Handlers = {
  ...projectHandlers, ...historyHandlers, ...datasetHandlers, ...classificationHandlers, ...relationHandlers, ...policyHandlers, ...queryHandlers, ...exportHandlers, ...imageHandlers, ...versionDiffHandlers, ...runHandlers, ...driftHandlers, ...pageHandlers, ...peopleHandlers, ...providerHandlers, ...jobHandlers, ...syncHandlers,
};
