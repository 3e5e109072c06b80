/**
 * Verifies an .eln archive from the one file: the seal over its bytes, the signature over its list of
 * files, the hash of every file, and the signed history. It never throws for what is wrong with the
 * archive; it says so and names the file. Foreign bytes are parsed here: call it in a worker process.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { VerifyFinding, VerifyOutcome, VerifyReport } from '../../shared/domain/verify.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { fingerprintOf } from '../store/keys.ts';
import { readFileList } from './crate-list.ts';
import type { ListedHash } from './crate-list.ts';
import { auditPaths } from './eln.ts';
import { isOwnForm, parseMinisign, parsePublicKey, preHash, preHashOf, verifyMinisign } from './minisign.ts';
import type { PreHash } from './minisign.ts';
import { metadataName, signatureName } from './ro-crate.ts';
import { collectBytes, throwIfCancelled } from './sources.ts';
import { checkContainer, firstDifference } from './verify-container.ts';
import type { ContainerCheck } from './verify-container.ts';
import { checkChains, checkSegment } from './verify-session.ts';
import type { PlacedSegment } from './verify-session.ts';
import { openZip } from './zip-read.ts';
import type { ZipArchive, ZipEntry } from './zip-read.ts';

export interface VerifyElnOptions {
  /** Keys that the user trusts: public key files, their "RW..." line, hex, base64, or fingerprints. */
  readonly trustedKeys?: readonly string[];
  readonly onProgress?: (progress: { done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/** The list of files may have this size; each file takes about 300 bytes in it. */
const metadataLimitBytes = 256 * 1024 ** 2;
const smallFileLimitBytes = 1 << 20;

/** @throws files/* when the file cannot be read at all, job/cancelled */
export async function verifyEln(path: string, options: VerifyElnOptions = {}): Promise<VerifyReport> {
  const check = new Check(path, options, await fileSize(path));
  return check.run();
}

class Check {
  readonly #path: string;
  readonly #options: VerifyElnOptions;
  readonly #sizeBytes: number;
  readonly #findings: VerifyFinding[] = [];
  #done = 0;
  #fileCount = 0;
  #eventCount = 0;
  #signerKey: string | null = null;
  #isUnreadable = false;

  constructor(path: string, options: VerifyElnOptions, sizeBytes: number) {
    this.#path = path;
    this.#options = options;
    this.#sizeBytes = sizeBytes;
  }

  async run(): Promise<VerifyReport> {
    const container = await this.#container();
    if (container !== null) await this.#inside(container);
    return {
      outcome: this.#outcome(), fileCount: this.#fileCount, sizeBytes: this.#sizeBytes, eventCount: this.#eventCount,
      signer: this.#signerKey === null ? null : fingerprintOf(this.#signerKey), findings: this.#findings,
    };
  }

  /** The seal over all bytes, and the signature file beside the archive where there is one. */
  async #container(): Promise<ContainerCheck | null> {
    const beside = await readIfThere(`${this.#path}.minisig`);
    const wholeFile = beside === null ? null : preHash();
    let container: ContainerCheck;
    try {
      container = await checkContainer(this.#path, wholeFile, (byteCount) => this.#advance(byteCount), this.#options.signal);
    } catch (thrown) {
      this.#refused(thrown, false);
      return null;
    }
    if (container.seal !== null && container.isIntact) this.#signerKey = container.seal.publicKey;
    if (beside !== null && wholeFile !== null) this.#checkBeside(beside, wholeFile, container);
    return container;
  }

  #checkBeside(text: string, wholeFile: PreHash, container: ContainerCheck): void {
    const file = `${basename(this.#path)}.minisig`;
    const key = container.seal?.publicKey ?? this.#options.trustedKeys?.map(parsePublicKey).find((one) => one !== null) ?? null;
    const parsed = parseMinisign(text);
    if (parsed === null) this.#find('signature', file, 'It is not a minisign signature file of the pre-hashed form.');
    else if (key === null) return;
    else if (!verifyMinisign(parsed, key, wholeFile.digest())) this.#find('signature', file, 'This signature beside the archive is not valid for the archive and its key.');
  }

  async #inside(container: ContainerCheck): Promise<void> {
    const before = this.#findings.length;
    let archive: ZipArchive;
    try {
      archive = await openZip(this.#path);
    } catch (thrown) {
      this.#refused(thrown, container.seal !== null || container.hasOtherComment);
      return;
    }
    try {
      await this.#contents(archive, container);
      if (container.isIntact) return;
      if (container.seal === null && !container.hasOtherComment) {
        if (this.#signerKey !== null) this.#find('missing', basename(this.#path), 'The seal over the whole file is not there: the archive was packed again, or made by another program.');
      } else if (this.#findings.length === before || container.hasOtherComment) {
        await this.#nameContainer(archive, container);
      } else {
        this.#find('altered', basename(this.#path), 'The file as a whole is not what was sealed.');
      }
    } finally {
      await archive.close();
    }
  }

  /** Everything inside is as signed, yet the bytes around it are not. */
  async #nameContainer(archive: ZipArchive, container: ContainerCheck): Promise<void> {
    const name = basename(this.#path);
    const place = await firstDifference(archive);
    if (place !== null) this.#find('altered', place.entry === null ? name : inside(archive, place.entry), place.what);
    this.#find('altered', name, container.seal === null
      ? 'The seal at the end of the file cannot be read.'
      : 'The file as a whole is not what was sealed, or its seal was changed.');
  }

  async #contents(archive: ZipArchive, container: ContainerCheck): Promise<void> {
    const entries = new Map(archive.entries.filter((entry) => !entry.isFolder).map((entry) => [inside(archive, entry.name), entry]));
    this.#fileCount = entries.size;
    const metadata = await this.#small(archive, entries.get(metadataName), metadataName, metadataLimitBytes);
    if (metadata === null) {
      this.#isUnreadable = true;
      return;
    }
    await this.#signature(archive, entries, metadata, container);
    const listed = readFileList(metadata);
    if (typeof listed === 'string') {
      this.#isUnreadable = true;
      this.#find('unreadable', metadataName, `The list of files cannot be used: ${listed}.`);
      return;
    }
    const segments = await this.#files(archive, entries, new Map(listed.map((file) => [file.path, file])));
    const deviceKeys = await this.#deviceKeys(archive, entries.get(auditPaths.devices));
    this.#findings.push(...checkChains(segments, deviceKeys));
  }

  /** The signature over the list of files: by the key inside, which must be the seal's too. */
  async #signature(archive: ZipArchive, entries: ReadonlyMap<string, ZipEntry>, metadata: Uint8Array, container: ContainerCheck): Promise<void> {
    const entry = entries.get(signatureName);
    if (entry === undefined) {
      this.#find('signature', signatureName, container.seal === null ? 'The archive is not signed.' : 'The signature over the list of files is not there.');
      return;
    }
    const text = (await this.#small(archive, entry, signatureName, smallFileLimitBytes))?.toString('utf8') ?? null;
    if (text === null) return;
    const parsed = parseMinisign(text);
    if (parsed === null) {
      this.#find('signature', signatureName, 'It is not a minisign signature file of the pre-hashed form.');
      return;
    }
    const keyEntry = entries.get(auditPaths.key);
    const keyInside = keyEntry === undefined ? null : parsePublicKey((await this.#small(archive, keyEntry, auditPaths.key, smallFileLimitBytes))?.toString('utf8') ?? '');
    const candidates = keyInside !== null ? [keyInside] : (this.#options.trustedKeys ?? []).map(parsePublicKey).filter((key) => key !== null);
    const digest = preHashOf(metadata);
    const key = candidates.find((one) => verifyMinisign(parsed, one, digest)) ?? null;
    if (key === null) {
      const why = candidates.length === 0 ? 'It cannot be checked: the public key is not in the archive and none was given.' : 'It is not a valid signature of the list of files.';
      this.#find('signature', signatureName, why);
    } else if (keyInside !== null && !isOwnForm(text, parsed, key)) {
      this.#find('altered', signatureName, 'Its unsigned part was changed.');
    } else if (container.seal !== null && container.seal.publicKey !== key) {
      this.#find('signature', auditPaths.key, 'The list of files and the whole archive are signed by different keys.');
    } else {
      this.#signerKey = key;
    }
  }

  /** Hashes every file; returns the segments of the log among them. */
  async #files(archive: ZipArchive, entries: ReadonlyMap<string, ZipEntry>, listed: ReadonlyMap<string, ListedHash>): Promise<PlacedSegment[]> {
    const segments: PlacedSegment[] = [];
    for (const path of listed.keys()) if (!entries.has(path)) this.#find('missing', path, 'It is listed and not in the archive.');
    for (const [path, entry] of entries) {
      const file = listed.get(path);
      const isLog = path.startsWith(auditPaths.log);
      if (file === undefined && path !== metadataName && path !== signatureName) this.#find('extra', path, 'It is in the archive and not listed; nothing signs it.');
      if (file?.sha256 === null) this.#find('unreadable', path, 'No hash is recorded for it, so it cannot be checked.');
      const kept: Uint8Array[] = [];
      try {
        const hash = createHash('sha256');
        for await (const chunk of archive.chunks(entry)) {
          throwIfCancelled(this.#options.signal);
          hash.update(chunk);
          if (isLog && entry.sizeBytes <= 2 * smallFileLimitBytes) kept.push(chunk);
        }
        this.#advance(entry.compressedBytes);
        const isSame = (file?.sha256 ?? null) === null || hash.digest('hex') === file?.sha256;
        if (!isSame || (file !== undefined && file.sizeBytes !== null && file.sizeBytes !== entry.sizeBytes)) {
          this.#find('altered', path, 'Its content is not what was signed: the SHA-256 differs.');
        }
      } catch (thrown) {
        this.#contentFailed(thrown, path);
        continue;
      }
      if (!isLog) continue;
      const segment = checkSegment(path, Buffer.concat(kept));
      if ('segment' in segment) {
        segments.push(segment);
        this.#eventCount += segment.segment.records.filter(({ record }) => record.k !== 'session').length;
      } else {
        this.#findings.push(segment);
      }
    }
    return segments;
  }

  async #deviceKeys(archive: ZipArchive, entry: ZipEntry | undefined): Promise<Set<string> | null> {
    if (entry === undefined) return null;
    const bytes = await this.#small(archive, entry, auditPaths.devices, smallFileLimitBytes);
    const devices = Devices.safeParse(bytes === null ? null : parseJson(bytes));
    if (devices.success) return new Set(devices.data.devices.map(({ ed25519 }) => ed25519));
    if (bytes !== null) this.#find('unreadable', auditPaths.devices, 'The list of devices cannot be read.');
    return null;
  }

  /** A whole small file, or null after saying what is wrong with it (once). */
  async #small(archive: ZipArchive, entry: ZipEntry | undefined, path: string, limitBytes: number): Promise<Buffer | null> {
    if (entry === undefined) {
      this.#find('missing', path, 'The archive does not have this file, which every .eln needs.');
      return null;
    }
    if (entry.sizeBytes > limitBytes) {
      this.#find('unreadable', path, `It is larger than ${limitBytes} bytes.`);
      return null;
    }
    try {
      return await collectBytes(archive.chunks(entry));
    } catch (thrown) {
      this.#contentFailed(thrown, path);
      return null;
    }
  }

  #contentFailed(thrown: unknown, path: string): void {
    if (!(thrown instanceof AppError) || !thrown.failure.code.startsWith('archive/')) throw thrown;
    this.#find('altered', path, `It is damaged: ${String(thrown.failure.details['reason'])}.`);
  }

  /** The archive's structure was refused: of a sealed archive that is a change, of any other file just not an archive. */
  #refused(thrown: unknown, wasSealed: boolean): void {
    if (!(thrown instanceof AppError) || !thrown.failure.code.startsWith('archive/')) throw thrown;
    const { entry, reason } = thrown.failure.details;
    const file = typeof entry === 'string' ? entry.slice(entry.indexOf('/') + 1) || entry : basename(this.#path);
    if (!wasSealed) this.#isUnreadable = true;
    this.#find(wasSealed ? 'altered' : 'unreadable', file, `The archive was refused: ${String(reason)}.`);
  }

  #find(kind: VerifyFinding['kind'], file: string, what: string): void {
    if (!this.#findings.some((one) => one.kind === kind && one.file === file && one.what === what)) this.#findings.push({ kind, file, what });
  }

  #outcome(): VerifyOutcome {
    const has = (...kinds: VerifyFinding['kind'][]): boolean => this.#findings.some(({ kind }) => kinds.includes(kind));
    if (this.#isUnreadable && !has('altered', 'extra', 'chain')) return 'unreadable';
    if (has('altered', 'extra', 'chain') || (has('signature') && this.#isSigned())) return 'altered';
    if (this.#findings.length > 0 || this.#signerKey === null) return 'incomplete';
    return isTrusted(this.#signerKey, this.#options.trustedKeys ?? []) ? 'verified' : 'verified-signer-unknown';
  }

  /** Whether it claims to be signed at all; an archive of a program that does not sign is merely incomplete. */
  #isSigned(): boolean {
    return !this.#findings.some(({ what }) => what === 'The archive is not signed.');
  }

  #advance(byteCount: number): void {
    this.#done = Math.min(2 * this.#sizeBytes, this.#done + byteCount);
    this.#options.onProgress?.({ done: this.#done, total: 2 * this.#sizeBytes });
  }
}

const Devices = z.object({ devices: z.array(z.object({ ed25519: z.string() })) });

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

function isTrusted(publicKey: string, trustedKeys: readonly string[]): boolean {
  const fingerprint = fingerprintOf(publicKey).replaceAll(' ', '');
  return trustedKeys.some((text) => parsePublicKey(text) === publicKey || text.toLowerCase().replace(/[\s-]/g, '') === fingerprint);
}

/** An entry's path below the root folder. */
function inside(archive: ZipArchive, name: string): string {
  return name.slice(archive.rootName.length + 1);
}

async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).size > smallFileLimitBytes) return '';
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw ioFailure(thrown, path);
  }
}
