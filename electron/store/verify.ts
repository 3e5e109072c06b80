/** Checks a whole project folder from its bytes: every segment, every object, and that what the log names is there. */
import { join } from 'node:path';
import type { VerifyFinding, VerifyOutcome, VerifyReport } from '../../shared/domain/verify.ts';
import type { Disk } from '../files/disk.ts';
import { hashFile } from '../files/hashing.ts';
import { listFiles, type FolderFile } from './folder.ts';
import type { Problem } from './ingest.ts';
import { fingerprintOf } from './keys.ts';
import { objectPathOf } from './layout.ts';
import { referencedObjects } from './projection.ts';
import { looksLikeSegment, readSegment } from './segments.ts';

export interface VerifyOptions {
  readonly disk: Disk;
  readonly projectDir: string;
  /** The key that counts as known: this device's. */
  readonly publicKey: string;
  /** What the index already misses: files that were here before, gaps in a session. */
  readonly knownProblems: readonly Problem[];
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** Reads every byte of the folder, about 1 GiB/s. Events are counted by hash, so a copy of a file counts once. */
export async function verifyFolder(options: VerifyOptions): Promise<VerifyReport> {
  const { disk, projectDir, publicKey, onProgress } = options;
  const log = await listFiles(disk, projectDir, 'log');
  const objects = await listFiles(disk, projectDir, 'obj');
  const totalBytes = [...log, ...objects].reduce((sum, file) => sum + file.sizeBytes, 0);
  const findings: VerifyFinding[] = [];
  const state: FolderState = { events: new Set(), signers: new Set(), needed: new Set() };
  let doneBytes = 0;
  const step = (file: FolderFile, found: readonly VerifyFinding[]) => {
    findings.push(...found);
    doneBytes += file.sizeBytes;
    onProgress?.(doneBytes, totalBytes);
  };
  for (const file of log) step(file, await checkSegment(disk, projectDir, file, state));
  for (const file of objects) step(file, await checkObject(disk, projectDir, file));
  const present = new Set(objects.map((file) => file.path));
  for (const hash of state.needed) {
    const path = objectPathOf(hash);
    if (!present.has(path)) findings.push({ kind: 'missing', file: path, what: 'The log names this content and it is not in the folder.' });
  }
  for (const { file, what } of options.knownProblems) {
    if (!findings.some((finding) => finding.file === file)) findings.push({ kind: 'missing', file, what: `${file}: ${what}.` });
  }
  return {
    outcome: outcomeOf(findings, [...state.signers].every((signer) => signer === publicKey)),
    fileCount: log.length + objects.length,
    sizeBytes: totalBytes,
    eventCount: state.events.size,
    signer: state.signers.size === 0 ? null : [...state.signers].map(fingerprintOf).sort().join(', '),
    findings,
  };
}

interface FolderState {
  readonly events: Set<string>;
  readonly signers: Set<string>;
  readonly needed: Set<string>;
}

async function checkSegment(disk: Disk, projectDir: string, file: FolderFile, state: FolderState): Promise<VerifyFinding[]> {
  const bytes = await disk.read(join(projectDir, file.path)).catch(() => null);
  if (bytes === null) return [{ kind: 'unreadable', file: file.path, what: 'The file cannot be read.' }];
  const reading = readSegment(bytes);
  if (reading.status === 'waiting') {
    if (!file.path.includes('.seg') && !looksLikeSegment(bytes)) return [{ kind: 'extra', file: file.path, what: 'The file is not part of the log.' }];
    return [{ kind: 'missing', file: file.path, what: 'The file is not complete: it has no seal.' }];
  }
  if (reading.status === 'damaged') return [{ kind: reading.kind, file: file.path, what: `The file was changed: ${reading.problem}.` }];
  state.signers.add(reading.segment.publicKey);
  for (const { hash, record } of reading.segment.records) {
    if (record.k !== 'session') state.events.add(hash);
    for (const object of referencedObjects(record.b)) state.needed.add(object);
  }
  return [];
}

async function checkObject(disk: Disk, projectDir: string, file: FolderFile): Promise<VerifyFinding[]> {
  const hash = /^obj\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(file.path);
  if (!hash) return [{ kind: 'extra', file: file.path, what: 'The file is not an object of the project.' }];
  const actual = await hashFile(join(projectDir, file.path), disk).catch(() => null);
  if (actual === null) return [{ kind: 'unreadable', file: file.path, what: 'The file cannot be read.' }];
  if (actual.sha256 === `${hash[1]}${hash[2]}`) return [];
  return [{ kind: 'altered', file: file.path, what: 'The content does not match the hash that is its name.' }];
}

/** Extra files change nothing that the log says, so they do not change the outcome. */
function outcomeOf(findings: readonly VerifyFinding[], isSignerKnown: boolean): VerifyOutcome {
  const has = (...kinds: VerifyFinding['kind'][]) => findings.some(({ kind }) => kinds.includes(kind));
  if (has('altered', 'signature', 'chain')) return 'altered';
  if (has('missing', 'unreadable')) return 'incomplete';
  return isSignerKnown ? 'verified' : 'verified-signer-unknown';
}
