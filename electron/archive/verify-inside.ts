/** Checks what is inside an archive: the signature over the list of files, every file's hash, and the log. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readFileList } from './crate-list.ts';
import type { ListedHash } from './crate-list.ts';
import { auditPaths } from './eln.ts';
import { refusalOf } from './findings.ts';
import type { Findings } from './findings.ts';
import { deviceIdOf } from '../store/format/keys.ts';
import { startLogCheck } from '../store/check/log-check.ts';
import type { LogCheck } from '../store/check/log-check.ts';
import { checkLogFile } from '../store/check/log-files.ts';
import { checkSeals } from '../store/check/seal-check.ts';
import { isOwnForm, parseMinisign, parsePublicKey, preHashOf, verifyMinisign } from '../store/format/minisign.ts';
import { metadataName, signatureName } from './ro-crate.ts';
import { collectBytes, throwIfCancelled } from './sources.ts';
import type { ZipArchive, ZipEntry } from './zip-read.ts';

export interface InsideOptions {
  readonly findings: Findings;
  /** The key of the seal over the whole archive, where it has one; base64. */
  readonly sealKey: string | null;
  /** Keys to try where none is inside. */
  readonly otherKeys: readonly string[];
  /** Tells times that lie in the future. */
  readonly nowMs: number;
  readonly onBytes: (byteCount: number) => void;
  readonly signal: AbortSignal | undefined;
}

export interface InsideCheck {
  readonly fileCount: number;
  readonly eventCount: number;
  /** Who signed the list of files, where that signature holds. */
  readonly signerKey: string | null;
  readonly hasSignature: boolean;
  /** The list of files is there and says what it should. */
  readonly isReadable: boolean;
}

/** The list of files may have this size; each file takes about 300 bytes in it. */
const listLimitBytes = 256 * 1024 ** 2;
const smallLimitBytes = 1 << 20;
/** A file of the log has less, see electron/store/format/segments.ts and packs.ts. */
const logFileLimitBytes = 20 << 20;
const Devices = z.object({ devices: z.array(z.object({ ed25519: z.string() })) });

/** Wrong content becomes a finding. @throws files/*, job/cancelled */
export async function checkInside(archive: ZipArchive, options: InsideOptions): Promise<InsideCheck> {
  const { findings } = options;
  const entries = new Map(archive.entries.filter((entry) => !entry.isFolder).map((entry) => [pathInside(archive, entry.name), entry]));
  const checked = { fileCount: entries.size, eventCount: 0, signerKey: null, hasSignature: entries.has(signatureName), isReadable: false };
  const small = (path: string, limitBytes: number): Promise<Buffer | null> => readSmall(archive, entries, path, limitBytes, findings);
  if (!entries.has(metadataName)) {
    findings.add('missing', metadataName, 'The archive does not have the list of files that every .eln needs.');
    return checked;
  }
  const metadata = await small(metadataName, listLimitBytes);
  if (metadata === null) return checked;
  if (!checked.hasSignature && options.sealKey !== null) findings.add('missing', signatureName, 'The signature over the list of files is not there.');
  const signerKey = checked.hasSignature ? await checkSignature(metadata, small, options) : null;
  const listed = readFileList(metadata);
  if (typeof listed === 'string') {
    findings.add('unreadable', metadataName, `The list of files cannot be used: ${listed}.`);
    return { ...checked, signerKey };
  }
  const log = startLogCheck({ projectId: null, folder: auditPaths.log, nowMs: options.nowMs });
  const seals = new Map<string, Uint8Array>();
  await checkFiles(archive, entries, listed, { log, seals }, options);
  const sealFiles = [...seals].map(([path, { length }]) => ({ path, sizeBytes: length, modifiedAtMs: 0 }));
  for (const finding of await checkSeals(log, async (path) => seals.get(path) ?? null, sealFiles, null)) findings.add(finding.kind, finding.file, finding.what, finding);
  const devices = entries.has(auditPaths.devices) ? await small(auditPaths.devices, smallLimitBytes) : null;
  const { findings: logFindings, eventCount, signers } = log.finish();
  for (const finding of logFindings) findings.add(finding.kind, finding.file, finding.what, finding);
  const deviceKeys = devices === null ? null : readDeviceKeys(devices, findings);
  for (const key of signers) {
    if (deviceKeys?.has(key) === false) findings.add('chain', auditPaths.devices, `The log is signed by device ${deviceIdOf(key)}, which is not in the list of devices.`);
  }
  return { ...checked, eventCount, signerKey, isReadable: true };
}

/** An entry's path below the root folder. */
export function pathInside(archive: ZipArchive, name: string): string {
  return name.slice(archive.rootName.length + 1);
}

/** The key that signed the list of files, or null after saying why there is none. */
async function checkSignature(metadata: Uint8Array, small: (path: string, limitBytes: number) => Promise<Buffer | null>, options: InsideOptions): Promise<string | null> {
  const { findings, sealKey } = options;
  const text = (await small(signatureName, smallLimitBytes))?.toString('utf8');
  if (text === undefined) return null;
  const parsed = parseMinisign(text);
  if (parsed === null) {
    findings.add('signature', signatureName, 'It is not a minisign signature file of the pre-hashed form.');
    return null;
  }
  const inside = parsePublicKey((await small(auditPaths.key, smallLimitBytes))?.toString('utf8') ?? '');
  const candidates = inside !== null ? [inside] : sealKey !== null ? [sealKey] : options.otherKeys;
  const digest = preHashOf(metadata);
  const key = candidates.find((one) => verifyMinisign(parsed, one, digest));
  if (key === undefined) {
    const isKeyless = candidates.length === 0;
    findings.add('signature', signatureName, isKeyless ? 'It cannot be checked: the public key is not in the archive and none was given.' : 'It is not a valid signature of the list of files.');
    return null;
  }
  if (sealKey !== null && sealKey !== key) {
    findings.add('signature', auditPaths.key, 'The list of files and the whole archive are signed by different keys.');
    return null;
  }
  // Nothing signs the first line and the key id; of a sealed archive, which is ours, they have one legal form.
  if (sealKey !== null && !isOwnForm(text, parsed, key)) findings.add('altered', signatureName, 'Its unsigned part was changed.');
  return key;
}

async function checkFiles(archive: ZipArchive, entries: ReadonlyMap<string, ZipEntry>, listed: readonly ListedHash[], audit: { log: LogCheck; seals: Map<string, Uint8Array> }, options: InsideOptions): Promise<void> {
  const { findings } = options;
  const list = new Map(listed.map((file) => [file.path, file]));
  for (const { path } of listed) if (!entries.has(path)) findings.add('missing', path, 'It is listed and not in the archive.');
  for (const [path, entry] of entries) {
    const file = list.get(path);
    const isSegment = path.startsWith(auditPaths.log);
    const isSeal = path.startsWith(auditPaths.seals);
    if (file === undefined && path !== metadataName && path !== signatureName) findings.add('extra', path, 'It is in the archive and not listed; nothing signs it.');
    if (file?.sha256 === null) findings.add('unreadable', path, 'No hash is recorded for it, so it cannot be checked.');
    try {
      const { sha256, bytes } = await readEntry(archive, entry, isSegment || isSeal ? logFileLimitBytes : 0, options);
      const isOtherSize = file !== undefined && file.sizeBytes !== null && file.sizeBytes !== entry.sizeBytes;
      if (isOtherSize || (file !== undefined && file.sha256 !== null && file.sha256 !== sha256)) findings.add('altered', path, 'Its content is not what was signed: the SHA-256 differs.');
      if (isSeal) audit.seals.set(path, bytes);
      if (isSegment) checkLogFile(audit.log, path, bytes, { mayGrow: false });
    } catch (thrown) {
      const what = `It is damaged: ${refusalOf(thrown).reason}.`;
      findings.add('altered', path, what);
      if (isSegment) audit.log.set(path, new Uint8Array(), { kind: 'altered', file: path, what });
    }
  }
}

/** Hashes an entry, and keeps its bytes where it has at most `keepBytes`. */
async function readEntry(archive: ZipArchive, entry: ZipEntry, keepBytes: number, options: InsideOptions): Promise<{ sha256: string; bytes: Uint8Array }> {
  const hash = createHash('sha256');
  const kept: Uint8Array[] = [];
  for await (const chunk of archive.chunks(entry)) {
    throwIfCancelled(options.signal);
    hash.update(chunk);
    if (entry.sizeBytes <= keepBytes) kept.push(chunk);
    options.onBytes((chunk.length * entry.compressedBytes) / entry.sizeBytes);
  }
  return { sha256: hash.digest('hex'), bytes: Buffer.concat(kept) };
}

function readDeviceKeys(bytes: Buffer, findings: Findings): Set<string> | null {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    value = null;
  }
  const parsed = Devices.safeParse(value);
  if (parsed.success) return new Set(parsed.data.devices.map(({ ed25519 }) => ed25519));
  findings.add('unreadable', auditPaths.devices, 'The list of devices cannot be read.');
  return null;
}

/** A whole small file, or null where it is absent or after saying what is wrong with it. */
async function readSmall(archive: ZipArchive, entries: ReadonlyMap<string, ZipEntry>, path: string, limitBytes: number, findings: Findings): Promise<Buffer | null> {
  const entry = entries.get(path);
  if (entry === undefined) return null;
  if (entry.sizeBytes > limitBytes) {
    findings.add('unreadable', path, `It is larger than ${limitBytes} bytes.`);
    return null;
  }
  try {
    return await collectBytes(archive.chunks(entry));
  } catch (thrown) {
    findings.add('altered', path, `It is damaged: ${refusalOf(thrown).reason}.`);
    return null;
  }
}
