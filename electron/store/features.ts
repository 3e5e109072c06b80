/**
 * What a program must know to work on a project: the set "requires" of the project's entity. A program that lacks one of
 * them opens the project for reading only, because what it wrote could contradict what it did not understand.
 */
import { z } from 'zod';
import type { Entity } from './index/entities.ts';
import type { Op } from './format/ops.ts';

/** What this version knows. */
const knownFeatures: readonly string[] = ['packs'];

const Requirement = z.object({ feature: z.string(), version: z.string() });

/** Why this version can only read the project, as a sentence part; null when it knows all that is required. */
export function missingFeature(project: Entity | null): string | null {
  for (const value of project?.sets['requires'] ?? []) {
    const requirement = Requirement.safeParse(value).data;
    if (requirement && !knownFeatures.includes(requirement.feature)) return `it needs Assay ${requirement.version} for "${requirement.feature}"`;
  }
  return null;
}

/** The op that has the project require a feature; null when it does already. */
export function requireFeature(project: Entity | null, projectId: string, feature: string, version: string): Op | null {
  const isRequired = (project?.sets['requires'] ?? []).some((value) => Requirement.safeParse(value).data?.feature === feature);
  return isRequired ? null : { o: 'add', e: projectId, s: 'requires', x: { feature, version } };
}
