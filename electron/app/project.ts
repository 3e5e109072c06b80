/** The project as a whole: what it holds, its health. */
import type { Diagnostics, ProjectInfo, SessionHead } from '../../shared/contract/project.ts';
import { basedOn } from './based-on.ts';
import type { AppContext } from './context.ts';
import { syncStatus } from './sync.ts';

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

export function renameProject({ store }: AppContext, name: string, seen?: string): void {
  const project = store.list('project')[0];
  if (project) store.commit('project.rename', [{ o: 'set', e: project.id, f: { name } }], basedOn(store, project.id, 'name', seen));
}

const countedTypes = ['dataset', 'version', 'run', 'model', 'report', 'page', 'block', 'device'];

/** Cost: one pass over the index for the state hash, one walk over the folder's log. */
export async function diagnose(context: AppContext): Promise<Diagnostics> {
  const { store } = context;
  const segments = await store.segmentFiles();
  const { eventCount, objectCount, sizeBytes, unpublishedCount } = store.stats();
  return {
    stateHash: store.stateHash(), eventCount, unpublishedCount, objectCount, sizeBytes,
    logSizeBytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, 0), segmentCount: segments.length,
    countsByType: countedTypes.map((type) => ({ type, count: store.count(type) })),
    problems: syncStatus(context).problems,
  };
}

/** Every session with how far it is here, by device. */
export function listHeads({ store }: AppContext): SessionHead[] {
  return store.writers().flatMap(({ device, person }) =>
    Object.entries(store.heads(device)).map(([session, [n, hash]]) => ({ session, device, person, n, hash })));
}
