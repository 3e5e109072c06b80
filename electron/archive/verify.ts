/**
 * Verifies an .eln archive from the one file: the seal over its bytes, the signature over its list of
 * files, the hash of every file, and the signed history. It does not throw for what is wrong with the
 * archive; it says so and names the file. Foreign bytes are parsed here: call it in a worker process.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { VerifyOutcome, VerifyReport } from '../../shared/domain/verify.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { fingerprintOf, isFingerprintOf } from '../store/format/keys.ts';
import { Findings, refusalOf } from './findings.ts';
import { parseMinisign, parsePublicKey, preHash, verifyMinisign } from '../store/format/minisign.ts';
import { checkContainer, firstDifference } from './verify-container.ts';
import type { ContainerCheck } from './verify-container.ts';
import { checkInside, pathInside } from './verify-inside.ts';
import type { InsideCheck } from './verify-inside.ts';
import { openZip } from './zip-read.ts';
import type { ZipArchive } from './zip-read.ts';

export interface VerifyElnOptions {
  /** Keys that the user trusts: public key files, their "RW..." line, hex, base64, or fingerprints. */
  readonly trustedKeys?: readonly string[] | undefined;
  /** Bytes of two passes over the file. */
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The time now, which tells dates that lie in the future; the system's by default. */
  readonly nowMs?: number | undefined;
}

interface Work {
  readonly nowMs: number;
  readonly path: string;
  readonly findings: Findings;
  /** Trusted keys in base64; fingerprints are not among them. */
  readonly keys: readonly string[];
  readonly onBytes: (byteCount: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** @throws files/* when the file cannot be read at all, job/cancelled */
export async function verifyEln(path: string, options: VerifyElnOptions = {}): Promise<VerifyReport> {
  const sizeBytes = await fileSize(path);
  const trustedKeys = options.trustedKeys ?? [];
  let done = 0;
  const work: Work = {
    path, nowMs: options.nowMs ?? Date.now(), findings: new Findings(), keys: trustedKeys.map(parsePublicKey).filter((key) => key !== null), signal: options.signal,
    onBytes(byteCount) {
      done = Math.min(2 * sizeBytes, done + byteCount);
      options.onProgress?.({ done: Math.round(done), total: 2 * sizeBytes });
    },
  };
  const container = await checkWhole(work);
  const inside = container === null ? null : await checkEntries(work, container);
  const signerKey = (container?.isIntact === true ? container.seal?.publicKey : inside?.signerKey) ?? null;
  return {
    outcome: outcomeOf(work.findings, container, inside, signerKey !== null && isTrusted(signerKey, trustedKeys)),
    fileCount: inside?.fileCount ?? 0, sizeBytes, eventCount: inside?.eventCount ?? 0,
    signer: signerKey === null ? null : fingerprintOf(signerKey), findings: [...work.findings.all],
  };
}

/** The seal over all bytes, and the signature file beside the archive where there is one; null where the file has no sound end. */
async function checkWhole({ path, findings, keys, onBytes, signal }: Work): Promise<ContainerCheck | null> {
  const beside = await readIfThere(`${path}.minisig`);
  const wholeFile = beside === null ? null : preHash();
  let container: ContainerCheck;
  try {
    container = await checkContainer(path, wholeFile, onBytes, signal);
  } catch (thrown) {
    findings.add('unreadable', basename(path), `The archive was refused: ${refusalOf(thrown).reason}.`);
    return null;
  }
  if (beside === null || wholeFile === null) return container;
  const parsed = parseMinisign(beside);
  const candidates = container.seal === null ? keys : [container.seal.publicKey];
  const digest = wholeFile.digest();
  if (parsed === null) {
    findings.add('signature', `${basename(path)}.minisig`, 'It is not a minisign signature file of the pre-hashed form.');
  } else if (candidates.length > 0 && !candidates.some((key) => verifyMinisign(parsed, key, digest))) {
    findings.add('signature', `${basename(path)}.minisig`, 'This signature beside the archive is not valid for the archive and its key.');
  }
  return container;
}

/** What is inside, and where the container was changed when it was; null where the structure was refused. */
async function checkEntries(work: Work, container: ContainerCheck): Promise<InsideCheck | null> {
  const { path, nowMs, findings, keys, onBytes, signal } = work;
  let archive: ZipArchive;
  try {
    archive = await openZip(path);
  } catch (thrown) {
    const { entry, reason } = refusalOf(thrown);
    const file = entry === null ? basename(path) : entry.slice(entry.indexOf('/') + 1) || entry;
    findings.add(wasSealed(container) ? 'altered' : 'unreadable', file, `The archive was refused: ${reason}.`);
    return null;
  }
  try {
    const inside = await checkInside(archive, { findings, sealKey: container.seal?.publicKey ?? null, otherKeys: keys, nowMs, onBytes, signal });
    if (!container.isIntact) await nameContainer(archive, container, inside, findings);
    return inside;
  } finally {
    await archive.close();
  }
}

/** Says that the bytes as a whole are not those that were sealed, and where, when what is inside does not already tell. */
async function nameContainer(archive: ZipArchive, container: ContainerCheck, inside: InsideCheck, findings: Findings): Promise<void> {
  const name = basename(archive.path);
  if (!wasSealed(container)) {
    if (!inside.hasSignature) findings.add('signature', name, 'The archive is not signed.');
    else if (inside.signerKey !== null) findings.add('missing', name, 'The seal over the whole file is not there: it was packed again, or made by another program.');
    return;
  }
  if (!findings.has('altered', 'chain')) {
    const place = await firstDifference(archive);
    if (place !== null) findings.add('altered', place.entry === null ? name : pathInside(archive, place.entry), place.what);
  }
  findings.add('altered', name, container.seal === null ? 'The seal at the end of the file cannot be read.' : 'The file as a whole is not what was sealed, or its seal was changed.');
}

function outcomeOf(findings: Findings, container: ContainerCheck | null, inside: InsideCheck | null, isTrustedSigner: boolean): VerifyOutcome {
  const isSigned = container !== null && (wasSealed(container) || inside?.hasSignature === true);
  if (findings.has('altered', 'extra', 'chain') || (isSigned && findings.has('signature'))) return 'altered';
  if (inside === null || !inside.isReadable) return 'unreadable';
  if (findings.has('missing', 'unreadable', 'signature')) return 'incomplete';
  return isTrustedSigner ? 'verified' : 'verified-signer-unknown';
}

/** A comment that is no seal is taken for a damaged seal: whoever adds one changes the archive. */
function wasSealed(container: ContainerCheck): boolean {
  return container.seal !== null || container.hasOtherComment;
}

function isTrusted(publicKey: string, trustedKeys: readonly string[]): boolean {
  return trustedKeys.some((text) => parsePublicKey(text) === publicKey || isFingerprintOf(text, publicKey));
}

async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

/** A text file, "" where it is too large to be a signature, null where it is not there. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await stat(path)).size > 1 << 16 ? '' : await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw ioFailure(thrown, path);
  }
}
