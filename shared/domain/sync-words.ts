/** How the folder stands in a few words, for the status bar and the command line. The graver of two facts is said first. */
import type { FolderProblem, SyncStatus } from './sync.ts';

export interface SyncWords {
  readonly tone: 'ok' | 'plain' | 'warn' | 'danger';
  readonly text: string;
}

/** Where the user's own changes are. `when` says a time in words: "14:02". */
export function savedWords(status: SyncStatus, when: (atMs: number) => string): SyncWords {
  if (status.readOnlyReason !== null) return { tone: 'warn', text: `Read only: ${status.readOnlyReason}` };
  if (status.unpublishedCount > 0) {
    const text = `Saved, ${counted(status.unpublishedCount, 'change')} not yet in the folder`;
    return { tone: status.publishFailure === null ? 'plain' : 'warn', text };
  }
  return { tone: 'ok', text: status.lastPublishedAtMs === null ? 'In the folder' : `In the folder, ${when(status.lastPublishedAtMs)}` };
}

/** What needs attention, or null when nothing does. */
export function issueWords(status: SyncStatus): SyncWords | null {
  const count = (kind: FolderProblem['kind']): number => status.problems.filter((problem) => problem.kind === kind).length;
  // That changes could not be written is said where they are.
  const own = status.problems.filter(({ kind, file }) => kind === 'local' && file !== 'log').length;
  if (own > 0) return { tone: 'danger', text: own === 1 ? 'A problem on this computer' : `${own} problems on this computer` };
  if (count('damaged') > 0) return { tone: 'danger', text: counted(count('damaged'), 'damaged file') };
  if (count('missing') > 0) return { tone: 'warn', text: counted(count('missing'), 'missing file') };
  if (status.conflictCount > 0) return { tone: 'warn', text: status.conflictCount === 1 ? '2 versions' : `2 versions of ${counted(status.conflictCount, 'value')}` };
  const waiting = waitingWords(status);
  if (waiting !== null) return { tone: 'plain', text: waiting };
  if (count('foreign') > 0) return { tone: 'warn', text: counted(count('foreign'), 'foreign file') };
  return null;
}

/** "Waiting for 3 files from Ana", or null when nothing is awaited. */
export function waitingWords({ awaited, problems }: SyncStatus): string | null {
  const fileCount = awaited.reduce((sum, { segmentCount }) => sum + segmentCount, 0);
  if (fileCount > 0) {
    const people = [...new Set(awaited.filter(({ segmentCount }) => segmentCount > 0).map(({ person }) => person))];
    return `Waiting for ${counted(fileCount, 'file')} from ${people.length > 2 ? `${people.length} people` : people.join(' and ')}`;
  }
  const loose = problems.filter(({ kind }) => kind === 'waiting').length;
  return loose === 0 ? null : `Waiting for ${counted(loose, 'file')}`;
}

/** "1 change", "2,000 changes". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
