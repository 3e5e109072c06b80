/**
 * Checks a whole project folder from its bytes: every segment, every object, what is signed about the log as a whole, and
 * that everything which is named is there. resources/verify/verify.py does the same; a test holds the two together.
 */
import { join } from 'node:path';
import type { VerifyFinding, VerifyOutcome, VerifyReport } from '../../../shared/domain/verify.ts';
import type { Disk } from '../../files/disk.ts';
import { hashFile, sha256Hex } from '../../files/hashing.ts';
import { listFiles, type FolderFile } from '../folder/folder.ts';
import type { Heads } from '../format/heads.ts';
import type { Problem } from '../index/ingest.ts';
import { fingerprintOf } from '../format/keys.ts';
import { objectPathOf } from '../folder/layout.ts';
import { startLogCheck, type LogCheck, type LogResult } from './log-check.ts';
import { checkLogFile } from './log-files.ts';
import { packFileLimitBytes } from '../format/packs.ts';
import { checkProjectFile } from './project-check.ts';
import { checkSeals } from './seal-check.ts';

export interface VerifyOptions {
  readonly disk: Disk;
  readonly projectDir: string;
  readonly projectId: string;
  /** Public keys that count as known: this device's, and those that were compared with their owners. */
  readonly knownKeys: readonly string[];
  /** What this computer remembers: files that were here before, and how far each session went in the folder. */
  readonly memory: { readonly problems: readonly Problem[]; readonly heads: Heads };
  /** Files that a project begins with -> SHA-256 of each content that some version gave them. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly nowMs: number;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/** Reads every byte of the folder, as fast as SHA-256 goes; memory: 32 bytes an event and one entry an object. */
export async function verifyFolder(options: VerifyOptions): Promise<VerifyReport> {
  const { disk, projectDir, onProgress, memory } = options;
  const [log, objects, seals] = [await listFiles(disk, projectDir, 'log'), await listFiles(disk, projectDir, 'obj'), await listFiles(disk, projectDir, 'seal', 1)];
  const files = [...log, ...objects, ...seals];
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  const step = (byteCount: number): void => onProgress?.(Math.min(totalBytes, (doneBytes += byteCount)), totalBytes);
  const check = startLogCheck({ projectId: options.projectId, folder: 'log/', nowMs: options.nowMs });
  const findings: VerifyFinding[] = [];
  for (const file of log) {
    await readLogFile(check, disk, projectDir, file);
    step(file.sizeBytes);
  }
  const read = (path: string): Promise<Uint8Array | null> => disk.read(join(projectDir, path)).catch(() => null);
  findings.push(...(await checkSeals(check, read, seals, options.projectId)));
  step(seals.reduce((sum, file) => sum + file.sizeBytes, 0));
  check.know({ name: 'this computer' }, memory.heads);
  const result = check.finish();
  findings.push(...result.findings);
  for (const file of objects) findings.push(...(await checkObject(disk, projectDir, file, step)));
  findings.push(...missingObjects(result, objects));
  findings.push(...(await checkProjectFile(read, result.isForeign ? null : options.projectId)), ...(await checkTexts(read, options.texts)));
  addMemory(findings, memory.problems);
  return {
    outcome: outcomeOf(findings, [...result.signers].every((signer) => options.knownKeys.includes(signer))),
    fileCount: files.length, sizeBytes: totalBytes, eventCount: result.eventCount,
    signer: result.signers.size === 0 ? null : [...result.signers].map(fingerprintOf).sort().join(', '),
    findings,
  };
}

async function readLogFile(check: LogCheck, disk: Disk, projectDir: string, file: FolderFile): Promise<void> {
  const { path } = file;
  if (file.sizeBytes > packFileLimitBytes) {
    return check.set(path, new Uint8Array(), { kind: 'altered', file: path, what: `A file of the log was changed: it is larger than ${packFileLimitBytes} bytes.` });
  }
  const bytes = await disk.read(join(projectDir, path)).catch(() => null);
  if (bytes === null) return check.set(path, new Uint8Array(), { kind: 'unreadable', file: path, what: 'The file cannot be read.' });
  checkLogFile(check, path, bytes, { mayGrow: true });
}

async function checkObject(disk: Disk, projectDir: string, { path, sizeBytes }: FolderFile, step: (byteCount: number) => void): Promise<VerifyFinding[]> {
  const hash = /^obj\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(path);
  if (!hash) {
    step(sizeBytes);
    return [{ kind: 'extra', file: path, what: 'The file is not an object of the project.' }];
  }
  const actual = await hashFile(join(projectDir, path), disk, step).catch(() => null);
  if (actual === null) return [{ kind: 'unreadable', file: path, what: 'The file cannot be read.' }];
  return actual.sha256 === `${hash[1]}${hash[2]}` ? [] : [{ kind: 'altered', file: path, what: 'The content does not match the hash that is its name.' }];
}

function missingObjects(result: LogResult, objects: readonly FolderFile[]): VerifyFinding[] {
  const present = new Set(objects.map((file) => file.path));
  return [...result.objects].filter(([hash]) => !present.has(objectPathOf(hash))).map(([hash, { device, person }]) => (
    { kind: 'missing', file: objectPathOf(hash), what: `The log names this content and it is not in the folder; device ${device} (${person}) added it.`, device, person }));
}

/** Nothing signs these texts; a changed one is told all the same, above all the program that auditors run. */
async function checkTexts(read: (path: string) => Promise<Uint8Array | null>, texts: VerifyOptions['texts']): Promise<VerifyFinding[]> {
  const findings: VerifyFinding[] = [];
  for (const [file, hashes] of Object.entries(texts)) {
    const bytes = await read(file);
    if (bytes === null || hashes.includes(sha256Hex(bytes))) continue;
    const what = file.endsWith('.py') ? 'This program is not one that this version of Assay knows: do not run it.' : 'This text is not one that this version of Assay knows; nothing depends on it.';
    findings.push({ kind: 'extra', file, what });
  }
  return findings;
}

/** Files that this computer remembers are named, too, where what they held is missing. */
function addMemory(findings: VerifyFinding[], problems: readonly Problem[]): void {
  for (const { kind, file, device, what } of problems) {
    if (kind !== 'missing' || findings.some((finding) => finding.file === file)) continue;
    findings.push({ kind: 'missing', file, what: `${file}: ${what}.`, ...(device === null ? {} : { device }) });
  }
}

/** What is told and takes nothing away does not change the outcome. */
function outcomeOf(findings: readonly VerifyFinding[], isSignerKnown: boolean): VerifyOutcome {
  const has = (...kinds: VerifyFinding['kind'][]) => findings.some(({ kind }) => kinds.includes(kind));
  if (has('altered', 'signature', 'chain')) return 'altered';
  if (has('missing', 'unreadable')) return 'incomplete';
  return isSignerKnown ? 'verified' : 'verified-signer-unknown';
}
