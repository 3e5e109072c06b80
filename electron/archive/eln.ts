/**
 * Writes an .eln archive: one ZIP file with all of a project that verifies itself, and its minisign
 * signature beside it. Equal content and key give equal bytes. It is there whole or not at all.
 */
import { fail } from '../../shared/errors.ts';
import { discard, writeOnce } from '../files/atomic.ts';
import type { Writer } from '../files/atomic.ts';
import { fingerprintOf } from '../store/format/keys.ts';
import { fingerprintWords, verifierProgram } from '../store/project-texts.ts';
import { containerSeal } from './container-seal.ts';
import type { ElnContent, ElnFile, ListedFile } from './eln-content.ts';
import { howToVerify } from './how-to-verify.ts';
import { chooseSegments } from './log-segments.ts';
import type { SkippedSegment } from './log-segments.ts';
import { encodePublicKey, preHash, preHashOf, signMinisign } from '../store/format/minisign.ts';
import type { SigningKey } from '../store/format/minisign.ts';
import { buildMetadata, metadataName, previewName, signatureName } from './ro-crate.ts';
import { isText, measure, sourceSize } from './sources.ts';
import type { Pass } from './sources.ts';
import { zipBytes } from './zip-write.ts';
import type { ZipInput } from './zip-write.ts';

export const auditPaths = { log: 'audit/log/', seals: 'audit/seal/', verifier: 'audit/verify.py', words: 'audit/words.txt', devices: 'audit/devices.json', key: 'audit/signing-key.pub', sums: 'audit/SHA256SUMS', howTo: 'HOW-TO-VERIFY.txt' } as const;

export interface WriteElnOptions {
  readonly writer: Writer;
  readonly targetPath: string;
  /** The one folder in the archive: letters, digits, ".", "_" and "-". */
  readonly rootName: string;
  readonly content: ElnContent;
  readonly signingKey: SigningKey;
  /** Source bytes read so far; every source is read twice, to hash and to place it. */
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WrittenEln {
  readonly path: string;
  readonly signaturePath: string;
  /** SHA-256 of the .eln file. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
  /** Segments of the log that are damaged or not here completely, and so not in the archive. */
  readonly skippedSegments: readonly SkippedSegment[];
}

/**
 * Memory: one chunk, the small texts, and about 1 KiB a file.
 * @throws files/* (a source or the target), archive/unsafe (a name that readers would refuse), job/cancelled
 */
export async function writeEln(options: WriteElnOptions): Promise<WrittenEln> {
  const { writer, signingKey, targetPath, rootName } = options;
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(rootName)) throw fail('archive/unsafe', { reason: `the root folder cannot be named "${rootName}"` });
  const inputs = await collect(options);
  const fileHash = preHash();
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of zipBytes(inputs.files, containerSeal(signingKey), inputs.pass)) {
      fileHash.update(chunk);
      yield chunk;
    }
  };
  const written = await writeOnce(writer, targetPath, bytes());
  const signaturePath = `${targetPath}.minisig`;
  try {
    await writeOnce(writer, signaturePath, Buffer.from(signMinisign(signingKey, fileHash.digest(), trustedComment(options))));
  } catch (thrown) {
    await discard(writer.disk, targetPath);
    throw thrown;
  }
  return { path: targetPath, signaturePath, sha256: written.sha256, sizeBytes: written.sizeBytes, fileCount: inputs.files.length, skippedSegments: inputs.skipped };
}

/** Measures every source, derives the texts that depend on them, and signs the list. */
async function collect(options: WriteElnOptions): Promise<{ files: ZipInput[]; skipped: readonly SkippedSegment[]; pass: Pass }> {
  const { content, signingKey, rootName, onProgress, signal } = options;
  const log = await chooseSegments(content.segments);
  const seals = content.seals ?? [];
  const sources = [...content.entries.flatMap((entry) => entry.files), ...log.segments, ...seals].map(({ source }) => source);
  let total = 0;
  for (const source of [...sources, content.previewHtml]) total += 2 * (await sourceSize(source));
  let done = 0;
  const pass: Pass = { signal, onBytes: (byteCount) => onProgress?.({ done: Math.min(total, (done += byteCount)), total }) };
  const files: ZipInput[] = [];
  const place = async (file: ElnFile): Promise<ListedFile> => {
    if (!/^[A-Za-z0-9._/-]+$/.test(file.path)) throw fail('archive/unsafe', { reason: `the path "${file.path}" is not plain ASCII`, entry: file.path });
    const measured = await measure(file.source, isText(file.encodingFormat), pass);
    files.push({ name: `${rootName}/${file.path}`, source: file.source, measured });
    return { ...file, sha256: measured.sha256, sizeBytes: measured.sizeBytes };
  };
  const text = (path: string, body: string | Uint8Array, name: string, description: string, encodingFormat: string): ElnFile => (
    { path, source: { bytes: typeof body === 'string' ? Buffer.from(body) : body }, name, description, encodingFormat });

  const entryFiles = new Map<string, ListedFile>();
  for (const file of content.entries.flatMap((entry) => entry.files)) entryFiles.set(file.path, await place(file));
  const preview = await place({ path: previewName, source: content.previewHtml, name: 'Archive viewer', description: 'Shows the whole archive in a browser, without a network.', encodingFormat: 'text/html' });
  const auditFiles: ListedFile[] = [];
  for (const { path, source } of log.segments) {
    auditFiles.push(await place({ path: auditPaths.log + path, source, name: path, description: 'Sealed segment of the log', encodingFormat: 'application/x-ndjson' }));
  }
  for (const { name, source } of seals) {
    auditFiles.push(await place({ path: auditPaths.seals + name, source, name, description: 'Checkpoint: what one device had seen of all the others, signed', encodingFormat: name.endsWith('.json') ? 'application/json' : 'text/plain' }));
  }
  auditFiles.push(await place(text(auditPaths.verifier, await verifierProgram(), 'verify.py', 'Checks this archive, once it is unpacked, with Python alone', 'text/x-python')));
  auditFiles.push(await place(text(auditPaths.words, fingerprintWords(), 'words.txt', 'The words of fingerprints, for verify.py', 'text/plain')));
  auditFiles.push(await place(text(auditPaths.devices, log.devicesJson, 'Devices', 'Public keys of the devices that signed the log', 'application/json')));
  auditFiles.push(await place(text(auditPaths.key, encodePublicKey(signingKey.publicKey), 'Signing key', 'Public key of the device that exported this archive, in minisign form', 'text/plain')));
  const facts = { projectName: content.project.name, rootName, publicKey: signingKey.publicKey, fingerprint: fingerprintOf(signingKey.publicKey) };
  auditFiles.push(await place(text(auditPaths.howTo, howToVerify(facts), auditPaths.howTo, 'How to check this archive with ordinary tools', 'text/plain')));
  const sums = [...entryFiles.values(), preview, ...auditFiles].map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
  auditFiles.push(await place(text(auditPaths.sums, sums.join(''), 'SHA256SUMS', 'SHA-256 of every file, for sha256sum -c', 'text/plain')));

  const metadata = Buffer.from(buildMetadata(content, { entryFiles, auditFiles, preview }));
  await place({ path: metadataName, source: { bytes: metadata }, name: '', description: '', encodingFormat: 'application/json' });
  const signature = signMinisign(signingKey, preHashOf(metadata), trustedComment(options));
  await place(text(signatureName, signature, '', '', 'text/plain'));
  return { files, skipped: log.skipped, pass };
}

/** Signed along with the content; no time in it, so that equal content gives equal bytes. */
function trustedComment({ content, signingKey }: WriteElnOptions): string {
  return `Assay project ${content.project.id}, signed by ${fingerprintOf(signingKey.publicKey)}`;
}
