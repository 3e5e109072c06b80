/**
 * Who this installation is: its key, the keys it had, and whether it is still alone in using them. Two computers with one
 * key are possible (a copied profile, a restored backup) and nothing breaks then; the copy takes a new key so that people
 * can tell them apart. Keys are never thrown away.
 */
import { readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, fail } from '../../../shared/errors.ts';
import { idFromBytes } from '../../../shared/domain/ids.ts';
import { ensureDirectory, settle, writeIfAbsent, writeTemporary, type Writer } from '../../files/atomic.ts';
import { codeOf, ioFailure } from '../../files/failures.ts';
import type { Heads } from '../format/heads.ts';
import { deviceKey, keyFilePath, readKeyFile, type DeviceKey, type KeyFile, type KeyOrigin } from '../format/keys.ts';
import type { OwnSession } from '../folder/outbox.ts';

export interface Identity {
  readonly key: DeviceKey;
  /** Keys it had before, the latest first. */
  readonly formerKeys: readonly DeviceKey[];
  /** Why it is not the first; null when it is. */
  readonly origin: KeyOrigin | null;
}

export interface IdentityOptions {
  readonly writer: Writer;
  readonly userDataDir: string;
  /** Fingerprint of this computer. */
  readonly machine: string;
  readonly nowMs: number;
}

/** The identity in `<userData>/install`; made when there is none, renewed when it belongs to another computer or is damaged. @throws files/* */
export async function loadIdentity(options: IdentityOptions): Promise<Identity> {
  const { writer, userDataDir, machine, nowMs } = options;
  const path = keyFilePath(userDataDir);
  let file: KeyFile | null;
  try {
    file = await readKeyFile(path);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.failure.code !== 'project/damaged') throw thrown;
    await rename(path, join(dirname(path), `damaged-${nowMs}.json`));
    await writeIfAbsent(writer, path, encode(newKeyFile(options, { kind: 'key', replaces: null, atMs: nowMs })), { isPrivate: true });
    file = await readKeyFile(path);
  }
  if (file === null) {
    await writeIfAbsent(writer, path, encode(newKeyFile(options)), { isPrivate: true });
    file = await readKeyFile(path);
  }
  if (file === null) throw fail('files/not-found', { path });
  if (file.machine !== undefined && file.machine !== machine) {
    // A home folder on a network drive is used on several computers in turn: each has a key of its own there.
    const own = (await keptFiles(userDataDir)).find((kept) => kept.machine === machine);
    if (!own) return renewIdentity(options, 'cloned');
    await keep(writer, userDataDir, file);
    await replaceFile(writer, path, encode(own));
    return identityOf(own, userDataDir);
  }
  if (file.machine === undefined) await replaceFile(writer, path, encode({ ...file, machine }));
  return identityOf(file, userDataDir);
}

/** Gives this installation a new key; the one it had stays beside it. @throws files/* */
export async function renewIdentity(options: IdentityOptions, kind: KeyOrigin['kind']): Promise<Identity> {
  const { writer, userDataDir, nowMs } = options;
  const path = keyFilePath(userDataDir);
  const old = await readKeyFile(path);
  const replaces = old ? keyOf(old).deviceId : null;
  const file = newKeyFile(options, { kind, replaces, atMs: nowMs });
  if (old) await keep(writer, userDataDir, old);
  // Should two processes do this at once, the key of each is found again under its own name.
  await keep(writer, userDataDir, file);
  await replaceFile(writer, path, encode(file));
  return identityOf(file, userDataDir);
}

/**
 * Whether the log has something of this key that no outbox of this installation ever wrote: then another copy of it is in
 * use, or this one was set back. `announced` is what other devices have seen of its sessions.
 */
export function isSetBack(known: readonly OwnSession[], inLog: { readonly sessions: readonly string[]; readonly heads: Heads; readonly announced: readonly { session: string; n: number }[] }): boolean {
  const last = new Map<string, number>();
  // An outbox of an earlier version did not note how far a session went.
  for (const { session, lastNumber } of known) last.set(session, Math.max(last.get(session) ?? -1, lastNumber < 0 ? Infinity : lastNumber));
  const isUnknown = (session: string, n: number): boolean => n > (last.get(session) ?? -1);
  return inLog.sessions.some((session) => !last.has(session))
    || Object.entries(inLog.heads).some(([session, [n]]) => isUnknown(session, n))
    || inLog.announced.some(({ session, n }) => isUnknown(session, n));
}

async function identityOf(file: KeyFile, userDataDir: string): Promise<Identity> {
  const key = keyOf(file);
  const formerKeys = (await keptFiles(userDataDir)).map(keyOf).filter(({ deviceId }) => deviceId !== key.deviceId);
  return { key, formerKeys, origin: file.origin ?? null };
}

/** The key files that are kept under the names of their devices, the latest first; what is none is left alone. */
async function keptFiles(userDataDir: string): Promise<KeyFile[]> {
  const folder = dirname(keyFilePath(userDataDir));
  const files: KeyFile[] = [];
  for (const name of await namesIn(folder)) {
    if (!/^device-[0-9a-z]{16}\.json$/.test(name)) continue;
    const file = await readKeyFile(join(folder, name)).catch((thrown: unknown) => {
      if (thrown instanceof AppError) return null;
      throw thrown;
    });
    if (file) files.push(file);
  }
  return files.sort((a, b) => (b.origin?.atMs ?? -Infinity) - (a.origin?.atMs ?? -Infinity));
}

async function keep(writer: Writer, userDataDir: string, file: KeyFile): Promise<void> {
  await writeIfAbsent(writer, keyFilePath(userDataDir, keyOf(file).deviceId), encode(file), { isPrivate: true });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw ioFailure(thrown, folder);
  }
}

function newKeyFile({ writer, machine }: IdentityOptions, origin?: KeyOrigin): KeyFile {
  return {
    format: 1, installId: idFromBytes(writer.random(16)), privateKey: Buffer.from(writer.random(32)).toString('base64'), machine, ...(origin && { origin }),
  };
}

function keyOf(file: KeyFile): DeviceKey {
  return deviceKey(file.installId, Buffer.from(file.privateKey, 'base64'));
}

async function replaceFile(writer: Writer, path: string, content: Uint8Array): Promise<void> {
  await ensureDirectory(writer.disk, dirname(path));
  const temporary = await writeTemporary(writer, dirname(path), content, { isPrivate: true });
  await settle(writer.disk, temporary.path, path);
}

function encode(file: KeyFile): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(file)}\n`);
}
