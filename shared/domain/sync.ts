/** How a project folder stands: what waits to go out, what is awaited from others, what is not good, and who takes part. */
import { z } from 'zod';

/**
 * What is wrong with a file of the folder.
 * - waiting: named or announced, and not here, or not here completely, or not readable now
 * - damaged: its bytes are not what was signed; kept aside, never deleted
 * - missing: it was here before and is gone; what it said is still shown
 * - foreign: it belongs to another project
 * - local: about this computer's own files: the outbox, publishing
 */
export const FolderProblemKind = z.enum(['waiting', 'damaged', 'missing', 'foreign', 'local']);
export type FolderProblemKind = z.infer<typeof FolderProblemKind>;

export const FolderProblem = z.object({
  kind: FolderProblemKind,
  /** Relative to the project. */
  file: z.string(),
  /** The device whose file it is, where that is known. */
  device: z.string().nullable(),
  /** What is wrong, as a sentence part: "its signature is not valid". */
  what: z.string(),
  /** What it means for the user and what to do, as a sentence. */
  meaning: z.string(),
});
export type FolderProblem = z.infer<typeof FolderProblem>;

/** Something the user is told once: this device was restored from a backup, a clock is wrong, a new key was made. */
export const SyncNotice = z.object({ id: z.string(), atMs: z.number(), kind: z.enum(['restored', 'cloned', 'clock', 'key']), what: z.string() });
export type SyncNotice = z.infer<typeof SyncNotice>;

/** A device that has written here. When it was last active is what its own clock said; nobody knows whether it is active now. */
export const SyncPeer = z.object({
  device: z.string(),
  /** Name of the computer, where it has told one. */
  name: z.string().nullable(),
  person: z.string(),
  isThis: z.boolean(),
  eventCount: z.number().int(),
  /** When it made the latest of its events that are here. */
  lastAtMs: z.number().nullable(),
  awaitedCount: z.number().int(),
});
export type SyncPeer = z.infer<typeof SyncPeer>;

export const SyncStatus = z.object({
  /** Events that are durable on this computer and not in the folder yet, and since when. */
  unpublishedCount: z.number().int(),
  unpublishedSinceMs: z.number().nullable(),
  lastPublishedAtMs: z.number().nullable(),
  /** Why the last attempt to write into the folder failed, as a sentence; it is repeated by itself. */
  publishFailure: z.string().nullable(),
  /** Why the project can only be read, as a sentence part. */
  readOnlyReason: z.string().nullable(),
  /** When something of another device last came in. */
  lastReceivedAtMs: z.number().nullable(),
  /** False where the folder is looked at only every few seconds, as on a network drive. */
  hasFileEvents: z.boolean(),
  /** Devices that something is awaited from: segments that others have announced or that are not whole. */
  awaited: z.array(z.object({ device: z.string(), person: z.string(), segmentCount: z.number().int() })),
  /** This device first, then the others, the latest first. */
  peers: z.array(SyncPeer),
  problems: z.array(FolderProblem),
  conflictCount: z.number().int(),
  notices: z.array(SyncNotice),
});
export type SyncStatus = z.infer<typeof SyncStatus>;
