/** The project as a whole: what it holds, its health, its history in words. */
import type { Diagnostics, ProjectInfo } from '../../shared/contract/project.ts';
import type { HistoryEntry } from '../../shared/domain/history.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import type { AppContext } from './context.ts';
import { sentenceOf, subjectsOf } from './history.ts';

export function getProject({ store, person, appVersion, cpuCount }: AppContext): ProjectInfo {
  return {
    id: store.projectId, name: projectName({ store }), folder: store.projectDir, person, deviceFingerprint: store.deviceFingerprint,
    canWrite: store.canWrite, readOnlyReason: store.readOnlyReason, appVersion, cpuCount,
    counts: { datasets: store.count('dataset'), runs: store.count('run'), models: store.count('model'), reports: store.count('report'), pages: store.count('page') },
    sizeBytes: store.stats().sizeBytes,
  };
}

export function projectName({ store }: Pick<AppContext, 'store'>): string {
  return String(store.list('project')[0]?.fields['name'] ?? 'Project');
}

export function renameProject({ store }: AppContext, name: string): void {
  const project = store.list('project')[0];
  if (project) store.commit('project.rename', [{ o: 'set', e: project.id, f: { name } }]);
}

export function diagnose({ store }: AppContext): Diagnostics {
  const { eventCount, objectCount, sizeBytes } = store.stats();
  return { stateHash: store.stateHash(), eventCount, objectCount, sizeBytes, problems: store.problems() };
}

export async function verifyProject({ store }: AppContext): Promise<VerifyReport> {
  await store.flush();
  return store.verify();
}

/** The log, newest first; `next` continues after the last entry. */
export function listHistory(
  { store }: AppContext, query: { entity: string | null; limit: number; before: number | null },
): { entries: HistoryEntry[]; next: number | null } {
  const events = store.events({
    limit: query.limit,
    ...(query.entity !== null && { entity: query.entity }),
    ...(query.before !== null && { before: query.before }),
  });
  const entries = events.map((event) => ({
    hash: event.hash, atMs: event.atMs, person: event.person, device: event.device, action: event.kind,
    entities: subjectsOf(store, event.ops), sentence: sentenceOf(store, event), why: event.why,
  }));
  return { entries, next: events.length === query.limit ? (events.at(-1)?.seq ?? null) : null };
}
