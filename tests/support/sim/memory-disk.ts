/**
 * A file system in memory that loses what a real one may lose. What was not synced is at the mercy of a power cut:
 * content may be missing, torn, zeros or garbage; each new, changed or removed name may or may not have happened,
 * independently of all others. Only what was synced is certain. A killed process loses nothing that it wrote.
 */
import type { Disk, DiskFile } from '../../../electron/files/disk.ts';
import type { Dice } from './dice.ts';

export type DiskOperation =
  | 'read' | 'stat' | 'list' | 'create' | 'write' | 'sync' | 'close' | 'rename' | 'link' | 'unlink' | 'mkdir' | 'syncDirectory';

/** Looks at an operation before it happens: may wait, or name the error with which it fails ("EIO"). */
export type OperationHook = (operation: DiskOperation, path: string) => string | null | undefined | Promise<string | null | undefined>;

/** A file system as one process sees it. */
export interface Mount {
  readonly disk: Disk;
  /** The process is gone: nothing that it still waits for will ever return. */
  end(): void;
}

export interface MemoryDisk {
  mount(hook?: OperationHook): Mount;
  /** A power cut: what was not synced survives as the dice say. All mounts are ended. */
  crash(survival: Survival): void;
  /** A copy with the same content and the same uncertainties, and no mounts. */
  fork(): MemoryDisk;
  /** All files below a directory by path relative to it, as another program sees them now. */
  files(directory: string): Map<string, Uint8Array>;
  /** What another program writes: it has time to sync, and may set the time of the file. Directories are made. */
  put(path: string, bytes: Uint8Array, modifiedAtMs?: number): void;
  remove(path: string): void;
}

/** How a power cut goes: 'lost' keeps nothing unsynced, 'kept' everything. */
export type Survival = 'lost' | 'kept' | Dice;

export interface MemoryDiskOptions {
  readonly clock: () => number;
  /** Names that differ only in case are one, as on Windows and macOS. */
  readonly isCaseFolding?: boolean;
}

interface FileNode {
  readonly kind: 'file';
  readonly id: number;
  chunks: Uint8Array[];
  sizeBytes: number;
  /** So many bytes are certain. */
  syncedBytes: number;
  modifiedAtMs: number;
}

interface DirectoryNode {
  readonly kind: 'directory';
  readonly id: number;
  /** By name, folded where the disk folds. */
  entries: Map<string, Entry>;
  /** What each name meant since the directory was last synced: first the certain meaning, last the present one. */
  uncertain: Map<string, (Entry | null)[]>;
}

interface Entry {
  readonly name: string;
  readonly node: FileNode | DirectoryNode;
}

export function createMemoryDisk(options: MemoryDiskOptions): MemoryDisk {
  return diskOf(options, newDirectory());
}

let nodeCount = 0;

function newDirectory(): DirectoryNode {
  return { kind: 'directory', id: ++nodeCount, entries: new Map(), uncertain: new Map() };
}

function newFile(modifiedAtMs: number): FileNode {
  return { kind: 'file', id: ++nodeCount, chunks: [], sizeBytes: 0, syncedBytes: 0, modifiedAtMs };
}

function diskOf(options: MemoryDiskOptions, initialRoot: DirectoryNode): MemoryDisk {
  let root = initialRoot;
  let mounts: { isEnded: boolean }[] = [];
  const fold = (name: string) => (options.isCaseFolding ? name.toLowerCase() : name);

  function nodeAt(path: string): FileNode | DirectoryNode | null {
    let node: FileNode | DirectoryNode = root;
    for (const name of partsOf(path)) {
      if (node.kind !== 'directory') return null;
      const entry = node.entries.get(fold(name));
      if (!entry) return null;
      node = entry.node;
    }
    return node;
  }

  /** The directory that has the path's last name. @throws ENOENT, ENOTDIR */
  function parentOf(path: string): { directory: DirectoryNode; name: string } {
    const cut = path.lastIndexOf('/');
    const directory = nodeAt(path.slice(0, cut));
    if (directory === null) throw coded('ENOENT', path);
    if (directory.kind !== 'directory') throw coded('ENOTDIR', path);
    return { directory, name: path.slice(cut + 1) };
  }

  function bind(directory: DirectoryNode, name: string, entry: Entry | null): void {
    const key = fold(name);
    const past = directory.uncertain.get(key) ?? [directory.entries.get(key) ?? null];
    past.push(entry);
    directory.uncertain.set(key, past);
    if (entry) directory.entries.set(key, entry);
    else directory.entries.delete(key);
  }

  function fileAt(path: string): FileNode {
    const node = nodeAt(path);
    if (node === null) throw coded('ENOENT', path);
    if (node.kind !== 'file') throw coded('EISDIR', path);
    return node;
  }

  function collect(directory: DirectoryNode, prefix: string, files: Map<string, Uint8Array>): void {
    for (const { name, node } of directory.entries.values()) {
      if (node.kind === 'file') files.set(prefix + name, contentOf(node));
      else collect(node, `${prefix}${name}/`, files);
    }
  }

  function mount(hook: OperationHook | undefined): Mount {
    const state = { isEnded: false };
    mounts.push(state);
    /** Never returns once the process is gone. */
    async function begin(operation: DiskOperation, path: string): Promise<void> {
      if (state.isEnded) await never;
      const code = hook ? await hook(operation, path) : null;
      if (state.isEnded) await never;
      if (code) throw coded(code, path);
    }
    const disk: Disk = {
      async read(path) {
        await begin('read', path);
        return contentOf(fileAt(path));
      },
      async *readChunks(path) {
        await begin('read', path);
        const content = contentOf(fileAt(path));
        for (let start = 0; start < content.length; start += 1 << 20) yield content.subarray(start, start + (1 << 20));
      },
      async stat(path) {
        await begin('stat', path);
        const node = nodeAt(path);
        if (node === null) return null;
        return node.kind === 'file'
          ? { kind: 'file', sizeBytes: node.sizeBytes, modifiedAtMs: node.modifiedAtMs, id: node.id }
          : { kind: 'directory', sizeBytes: 0, modifiedAtMs: 0, id: node.id };
      },
      async list(path) {
        await begin('list', path);
        const node = nodeAt(path);
        if (node === null || node.kind !== 'directory') return [];
        return [...node.entries.values()].map((entry) => ({ name: entry.name, kind: entry.node.kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
      },
      freeBytes: async () => null,
      async create(path) {
        await begin('create', path);
        const { directory, name } = parentOf(path);
        if (directory.entries.has(fold(name))) throw coded('EEXIST', path);
        const node = newFile(options.clock());
        bind(directory, name, { name, node });
        return openFile(node, path, begin);
      },
      async rename(from, to) {
        await begin('rename', from);
        const source = parentOf(from);
        const target = parentOf(to);
        const entry = source.directory.entries.get(fold(source.name));
        if (!entry) throw coded('ENOENT', from);
        if (target.directory.entries.get(fold(target.name))?.node.kind === 'directory') throw coded('EISDIR', to);
        bind(source.directory, source.name, null);
        bind(target.directory, target.name, { name: target.name, node: entry.node });
      },
      async link(existing, path) {
        await begin('link', path);
        const node = fileAt(existing);
        const { directory, name } = parentOf(path);
        if (directory.entries.has(fold(name))) throw coded('EEXIST', path);
        bind(directory, name, { name, node });
      },
      async unlink(path) {
        await begin('unlink', path);
        fileAt(path);
        const { directory, name } = parentOf(path);
        bind(directory, name, null);
      },
      async mkdir(path) {
        await begin('mkdir', path);
        const { directory, name } = parentOf(path);
        if (directory.entries.has(fold(name))) throw coded('EEXIST', path);
        bind(directory, name, { name, node: newDirectory() });
      },
      async syncDirectory(path) {
        await begin('syncDirectory', path);
        const node = nodeAt(path);
        if (node === null) throw coded('ENOENT', path);
        if (node.kind === 'directory') node.uncertain.clear();
      },
    };
    return { disk, end: () => { state.isEnded = true; } };
  }

  return {
    mount,
    crash(survival) {
      for (const state of mounts) state.isEnded = true;
      mounts = [];
      root = survivorOf(root, survival, new Map()) as DirectoryNode;
    },
    fork: () => diskOf(options, copyOf(root, new Map()) as DirectoryNode),
    files(directory) {
      const files = new Map<string, Uint8Array>();
      const node = nodeAt(directory);
      if (node?.kind === 'directory') collect(node, '', files);
      return files;
    },
    put(path, bytes, modifiedAtMs = options.clock()) {
      const names = partsOf(path);
      let directory = root;
      for (const name of names.slice(0, -1)) {
        const known = directory.entries.get(fold(name));
        if (known?.node.kind === 'file') throw coded('ENOTDIR', path);
        const node = known?.node ?? newDirectory();
        if (!known || directory.uncertain.has(fold(name))) bindCertainly(directory, fold(name), known ?? { name, node });
        directory = node;
      }
      const name = names.at(-1) ?? '';
      const node: FileNode = { ...newFile(modifiedAtMs), chunks: [bytes], sizeBytes: bytes.length, syncedBytes: bytes.length };
      bindCertainly(directory, fold(name), { name, node });
    },
    remove(path) {
      const { directory, name } = parentOf(path);
      directory.entries.delete(fold(name));
      directory.uncertain.delete(fold(name));
    },
  };
}

/** Resolved by nobody. */
const never = new Promise<never>(() => undefined);

function bindCertainly(directory: DirectoryNode, key: string, entry: Entry): void {
  directory.entries.set(key, entry);
  directory.uncertain.delete(key);
}

function openFile(node: FileNode, path: string, begin: (operation: DiskOperation, path: string) => Promise<void>): DiskFile {
  return {
    async write(bytes) {
      try {
        await begin('write', path);
      } catch (thrown) {
        // As a full disk does it: a part of the bytes arrives.
        append(node, bytes.subarray(0, bytes.length >> 1));
        throw thrown;
      }
      append(node, bytes);
    },
    async sync() {
      await begin('sync', path);
      node.syncedBytes = node.sizeBytes;
    },
    async close() {
      await begin('close', path);
    },
  };
}

function append(node: FileNode, bytes: Uint8Array): void {
  // A copy: a buffer's own slice would share its memory.
  node.chunks.push(new Uint8Array(bytes));
  node.sizeBytes += bytes.length;
}

function contentOf(node: FileNode): Uint8Array {
  if (node.chunks.length !== 1) node.chunks = [new Uint8Array(Buffer.concat(node.chunks))];
  return node.chunks[0] as Uint8Array;
}

type Copies = Map<FileNode | DirectoryNode, FileNode | DirectoryNode>;

function copyOf(node: FileNode | DirectoryNode, copies: Copies): FileNode | DirectoryNode {
  const known = copies.get(node);
  if (known) return known;
  if (node.kind === 'file') {
    const copy: FileNode = { ...node, chunks: [...node.chunks] };
    copies.set(node, copy);
    return copy;
  }
  const copy: DirectoryNode = { kind: 'directory', id: node.id, entries: new Map(), uncertain: new Map() };
  copies.set(node, copy);
  const entryOf = ({ name, node: child }: Entry): Entry => ({ name, node: copyOf(child, copies) });
  for (const [key, entry] of node.entries) copy.entries.set(key, entryOf(entry));
  for (const [key, past] of node.uncertain) copy.uncertain.set(key, past.map((entry) => entry && entryOf(entry)));
  return copy;
}

/** What is there after a power cut. */
function survivorOf(node: FileNode | DirectoryNode, survival: Survival, survivors: Copies): FileNode | DirectoryNode {
  const known = survivors.get(node);
  if (known) return known;
  if (node.kind === 'file') {
    const content = survivingContent(node, survival);
    const file: FileNode = { ...node, chunks: [content], sizeBytes: content.length, syncedBytes: content.length };
    survivors.set(node, file);
    return file;
  }
  const directory: DirectoryNode = { kind: 'directory', id: node.id, entries: new Map(), uncertain: new Map() };
  survivors.set(node, directory);
  for (const key of new Set([...node.entries.keys(), ...node.uncertain.keys()])) {
    const past = node.uncertain.get(key) ?? [node.entries.get(key) ?? null];
    const entry = survival === 'lost' ? past[0] : survival === 'kept' ? past.at(-1) : survival.pick(past);
    if (entry) directory.entries.set(key, { name: entry.name, node: survivorOf(entry.node, survival, survivors) });
  }
  return directory;
}

function survivingContent(node: FileNode, survival: Survival): Uint8Array {
  const content = contentOf(node);
  const unsyncedBytes = node.sizeBytes - node.syncedBytes;
  if (survival === 'kept' || unsyncedBytes === 0) return content;
  if (survival === 'lost') return content.slice(0, node.syncedBytes);
  const from = node.syncedBytes + survival.below(unsyncedBytes + 1);
  switch (survival.pick(['none', 'all', 'torn', 'zeros', 'garbage'])) {
    case 'none': return content.slice(0, node.syncedBytes);
    case 'torn': return content.slice(0, from);
    case 'zeros': return content.slice().fill(0, from);
    case 'garbage': {
      const garbled = content.slice();
      garbled.set(survival.bytes(content.length - from), from);
      return garbled;
    }
    default: return content;
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

function coded(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
