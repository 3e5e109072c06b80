/**
 * Looks at everything about a project's folder that can be found out without reading each file, and proposes what to do.
 * It changes nothing and removes nothing.
 */
import type { ObjectHash } from '../../shared/domain/ids.ts';
import { counted } from '../../shared/domain/sync-words.ts';
import type { AppContext } from './context.ts';
import { syncStatus } from './sync.ts';

export interface DoctorFinding {
  /** A problem makes the command end with the code for findings; advice does not. */
  readonly severity: 'problem' | 'advice';
  /** Relative to the project, where it is about one file. */
  readonly file: string | null;
  /** What is so, as a sentence. */
  readonly what: string;
  /** What it means and what to do. */
  readonly advice: string;
}

const hourMs = 3_600_000;
const littleSpaceBytes = 1_000_000_000;

/** Problems first. Cost: one question to the file system for each content that the log names. */
export async function examine(context: AppContext): Promise<DoctorFinding[]> {
  const findings = [...folderFindings(context), ...(await contentFindings(context)), ...(await spaceFindings(context))];
  return findings.sort((a, b) => Number(a.severity === 'advice') - Number(b.severity === 'advice'));
}

function folderFindings(context: AppContext): DoctorFinding[] {
  const status = syncStatus(context);
  const findings: DoctorFinding[] = status.problems.map(({ kind, file, what, meaning }) => ({ severity: 'problem', file: kind === 'local' ? null : file, what: sentence(what), advice: meaning }));
  if (status.readOnlyReason !== null) {
    findings.push({ severity: 'problem', file: null, what: `The project is open for reading only: ${status.readOnlyReason}.`, advice: 'Make the folder writable for this user, or copy the project to a place that is. Nothing can be changed until then.' });
  }
  const waitedMs = status.unpublishedSinceMs === null ? 0 : context.clock() - status.unpublishedSinceMs;
  if (status.publishFailure !== null || waitedMs > hourMs) {
    findings.push({
      severity: 'problem', file: null, what: sentence(`${counted(status.unpublishedCount, 'change')} ${status.unpublishedCount === 1 ? 'is' : 'are'} on this computer only${status.publishFailure === null ? '' : `: ${status.publishFailure}`}`),
      advice: 'They are safe here, but nobody else has them. Make the folder writable and free some space; they go out by themselves when the project is open.',
    });
  }
  for (const { person, segmentCount } of status.awaited) {
    findings.push({ severity: 'problem', file: null, what: `${counted(segmentCount, 'file')} of ${person} ${segmentCount === 1 ? 'is' : 'are'} not here yet.`, advice: `Let your file sync finish. If that does not bring ${segmentCount === 1 ? 'it' : 'them'}, ask ${person} to open the project, or copy the folder "log" from there over yours: nothing is overwritten that is good.` });
  }
  if (status.conflictCount > 0) {
    findings.push({ severity: 'advice', file: null, what: `${counted(status.conflictCount, 'value')} ${status.conflictCount === 1 ? 'has' : 'have'} two versions.`, advice: 'Both are kept. Open the project in the window and choose one, or write what holds for both.' });
  }
  for (const { what } of status.notices) findings.push({ severity: 'advice', file: null, what: sentence(what), advice: 'It is told once in the window, and goes away when it is dismissed there.' });
  return findings;
}

async function contentFindings({ store }: AppContext): Promise<DoctorFinding[]> {
  const missing: string[] = [];
  for (const hash of store.referencedObjects()) {
    if (!(await store.hasObject(hash as ObjectHash))) missing.push(hash);
  }
  return missing.map((hash): DoctorFinding => ({
    severity: 'problem', file: `obj/${hash.slice(0, 2)}/${hash.slice(2)}`, what: 'The log names this content and it is not in the folder.',
    advice: 'Let your file sync finish. If that does not bring it, take the file from a colleague\'s folder or a backup; whatever has this hash is right.',
  }));
}

async function spaceFindings({ store }: AppContext): Promise<DoctorFinding[]> {
  const findings: DoctorFinding[] = [];
  const freeBytes = await store.writer.disk.freeBytes(store.projectDir).catch(() => null);
  if (freeBytes !== null && freeBytes < littleSpaceBytes) {
    findings.push({ severity: 'advice', file: null, what: `The disk of the folder has ${Math.floor(freeBytes / 1e6)} MB left.`, advice: 'Free some space before the next import or training.' });
  }
  const useless = await store.collectable();
  if (useless.length > 0) {
    const sizeBytes = useless.reduce((sum, file) => sum + file.sizeBytes, 0);
    findings.push({ severity: 'advice', file: null, what: `${counted(useless.length, 'file')} (${(sizeBytes / 1e6).toFixed(1)} MB) ${useless.length === 1 ? 'is' : 'are'} of no use any more.`, advice: 'Nothing needs to be done. "assay gc --dry-run" lists them and says why.' });
  }
  return findings;
}

function sentence(part: string): string {
  const text = part.charAt(0).toUpperCase() + part.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
