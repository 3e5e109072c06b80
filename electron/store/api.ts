/** What a store offers: the types of the door through which the product reads and changes a project. */
import type { ObjectHash } from '../../shared/domain/ids.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import type { Writer } from '../files/atomic.ts';
import type { Disk } from '../files/disk.ts';
import type { CommitOptions, CommittedEvent } from './commits.ts';
import type { EntityReader } from './entities.ts';
import type { EventQuery, StoredEvent } from './event-log.ts';
import type { Problem } from './ingest.ts';
import type { DeviceKey } from './keys.ts';
import type { ObjectSource, PutResult } from './objects.ts';
import type { Op } from './ops.ts';

export interface StoreOptions {
  readonly projectDir: string;
  readonly userDataDir: string;
  readonly clock: () => number;
  readonly random: (byteCount: number) => Uint8Array;
  readonly person: string;
  readonly appVersion: string;
  /** Where writes go; the real disk unless a test makes it fail. */
  readonly disk?: Disk;
}

export interface StoreChange {
  readonly types: string[];
  readonly ids: string[];
}

export interface StoreStats {
  readonly eventCount: number;
  readonly objectCount: number;
  /** Segments and objects in the folder. */
  readonly sizeBytes: number;
  /** Events that are durable on this computer and not in the folder yet. */
  readonly unpublishedCount: number;
}

export interface Store extends EntityReader {
  readonly projectId: string;
  readonly projectDir: string;
  readonly deviceId: string;
  /** Eight words, for two people to read to each other. */
  readonly deviceFingerprint: string;
  readonly canWrite: boolean;
  readonly readOnlyReason: string | null;
  /** Signs for this device, as its segments are signed. */
  readonly signingKey: Pick<DeviceKey, 'publicKey' | 'sign'>;
  /** How files are written, for what goes outside the project folder. */
  readonly writer: Writer;
  newId<T extends string>(): T;
  /** One user action; durable when it returns. @throws project/read-only, store/record-too-large, internal/invalid-input, files/* */
  commit(action: string, ops: readonly Op[], options?: CommitOptions): CommittedEvent;
  /** Newest first. */
  events(query: EventQuery): StoredEvent[];
  /** @throws project/read-only, files/* */
  putObject(source: ObjectSource): Promise<PutResult>;
  /** A path whose content was checked. @throws store/object-missing, store/object-damaged */
  objectPath(hash: ObjectHash): Promise<string>;
  hasObject(hash: ObjectHash): Promise<boolean>;
  /** The segment files of the log, relative to the project; for an archive, after `flush`. */
  segmentFiles(): Promise<{ path: string; sizeBytes: number }[]>;
  /** Every object that an event names. */
  referencedObjects(): string[];
  /** A directory for workers, outside the project; emptied at open. */
  scratchDir(): string;
  /** Called after each change with what it touched; returns what ends it. */
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Seals all committed events into the folder. @throws files/* */
  flush(): Promise<void>;
  /** Takes in what a file sync brought since. */
  refresh(): Promise<void>;
  stats(): StoreStats;
  problems(): Problem[];
  /** Reads and checks every file of the folder. */
  verify(onProgress?: (doneBytes: number, totalBytes: number) => void): Promise<VerifyReport>;
  /** Publishes and closes; the project can then be opened elsewhere. */
  close(): Promise<void>;
}
