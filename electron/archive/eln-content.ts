/** What goes into an .eln archive, as plain data; the use case fills it from the project. */
import type { ByteSource } from './sources.ts';

export interface ElnFile {
  /** Inside the root folder: letters, digits, ".", "_", "-" and "/" only, so that importers that do not decode URLs find it. */
  readonly path: string;
  readonly source: ByteSource;
  /** The name people know it by. */
  readonly name: string;
  readonly description: string;
  /** Media type; text types are compressed. */
  readonly encodingFormat: string;
}

/** A page, a run, a dataset, a drift report: one Dataset node directly below the root, with its files directly in it. */
export interface ElnEntry {
  /** Its folder inside the root, unique; "experiment" or "resource" is how other notebooks file it. */
  readonly folder: string;
  readonly kind: 'experiment' | 'resource';
  readonly name: string;
  readonly author: string;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly text: string;
  readonly textFormat: 'text/markdown' | 'text/html';
  readonly keywords: readonly string[];
  readonly files: readonly ElnFile[];
  /** Folders of other entries that it refers to. */
  readonly mentions: readonly string[];
  /** Settings and results as name and value; a dot in the name nests. */
  readonly properties: readonly { readonly id: string; readonly value: string | number | boolean }[];
  /** How its results came to be; null where nothing was computed. */
  readonly action: ElnAction | null;
}

/** Provenance: who made which files from which, with what and when. */
export interface ElnAction {
  readonly name: string;
  readonly agent: string;
  readonly instrument: { readonly name: string; readonly version: string };
  /** Paths of files in the archive, of any entry. */
  readonly objects: readonly string[];
  readonly results: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly status: 'completed' | 'failed' | 'active';
}

export interface ElnContent {
  readonly project: { readonly id: string; readonly name: string; readonly description: string };
  readonly exportedAtMs: number;
  readonly exportedBy: string;
  readonly appVersion: string;
  readonly entries: readonly ElnEntry[];
  /** Segment files of the project's log; their paths are hints and appear in reports only. */
  readonly segments: readonly { readonly path: string; readonly source: ByteSource }[];
  /** Checkpoints and their signatures; the names alone. */
  readonly seals?: readonly { readonly name: string; readonly source: ByteSource }[];
  /** The self-contained page that shows everything. */
  readonly previewHtml: ByteSource;
}

/** A file of the archive and what one pass over it told. */
export interface ListedFile extends ElnFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}
