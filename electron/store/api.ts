/** What a store offers: the types of the door through which the product reads and changes a project. */
import type { ObjectHash } from '../../shared/domain/ids.ts';
import type { SyncNotice } from '../../shared/domain/sync.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import type { Writer } from '../files/atomic.ts';
import type { Disk } from '../files/disk.ts';
import type { Collectable } from './folder/collect.ts';
import type { CommitOptions, CommittedEvent } from './commits.ts';
import type { EntityReader } from './index/entities.ts';
import type { EventQuery, StoredEvent } from './index/event-log.ts';
import type { Problem } from './index/ingest.ts';
import type { DeviceKey } from './format/keys.ts';
import type { ObjectSource, PutResult } from './folder/objects.ts';
import type { Op } from './format/ops.ts';
import type { PastReader, Replaced } from './index/past.ts';
import type { Head, WriterOfLog } from './index/sessions.ts';

export interface StoreOptions {
  readonly projectDir: string;
  readonly userDataDir: string;
  readonly clock: () => number;
  readonly random: (byteCount: number) => Uint8Array;
  readonly person: string;
  readonly appVersion: string;
  /** Where writes go; the real disk unless a test makes it fail. */
  readonly disk?: Disk;
  /** Tells this computer from others; its own fingerprint unless a test says otherwise. */
  readonly machine?: string;
  /** The name of this computer, for people; its host name unless a test says otherwise. */
  readonly deviceName?: string;
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

export interface Publishing {
  readonly unpublishedCount: number;
  /** When the oldest event that is not in the folder was made. */
  readonly sinceMs: number | null;
  readonly lastPublishedAtMs: number | null;
  /** Why the last attempt failed, as a sentence; it is repeated by itself. */
  readonly failure: string | null;
}

export interface VerifyTrust {
  /** Public keys in base64 that count as known, besides this device's own. */
  readonly knownKeys?: readonly string[];
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
  /** Null when it is not here. */
  event(hash: string): StoredEvent | null;
  /** The state of these things just after an event in the order of (clock, hash), deleted ones too; to be closed. */
  past(hash: string, ids: readonly string[]): PastReader;
  /** For each register the event wrote: the writes it replaced. */
  replaced(hash: string): Replaced[];
  /** One per device that has written an event. */
  writers(): WriterOfLog[];
  /** Of each session (of a device) the last record up to which all are here. */
  heads(device?: string): Record<string, Head>;
  /** Segments that must exist and are not here, by device; "" where nobody knows whose they are. */
  awaited(): { device: string; segmentCount: number }[];
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
  /**
   * Seals all committed events into the folder; for an archive, also says what was seen of others and signs a checkpoint.
   * @throws files/*, store/not-signed
   */
  flush(purpose?: 'archive'): Promise<void>;
  /** Takes in what a file sync brought since. */
  refresh(): Promise<void>;
  /** Takes in what a file sync brings from now on, by itself, until the store is closed. */
  watch(): Promise<{ hasFileEvents: boolean }>;
  /** Called at most every 200 ms when something was published or received, or a problem or a notice came or went. */
  onSync(listener: () => void): () => void;
  publishing(): Publishing;
  /** When something of another device last came in; null when nothing ever did. */
  lastReceivedAtMs(): number | null;
  /** What the user of this computer is to be told once. */
  notices(): SyncNotice[];
  dismissNotice(id: string): void;
  /** The name that further events carry; cut to 200 characters. */
  setPerson(name: string): void;
  /**
   * One session of its own with one action, signed by another key of this user and written into the folder at once.
   * @throws project/read-only, store/record-too-large, internal/invalid-input, files/*
   */
  commitAs(key: DeviceKey, action: string, ops: readonly Op[]): Promise<void>;
  /** The files that are of no use any more, and why. Nothing is removed. */
  collectable(): Promise<Collectable[]>;
  stats(): StoreStats;
  problems(): Problem[];
  /** Reads and checks every file of the folder. */
  verify(onProgress?: (doneBytes: number, totalBytes: number) => void, options?: VerifyTrust): Promise<VerifyReport>;
  /** Publishes and closes; the project can then be opened elsewhere. */
  close(): Promise<void>;
}
