/** What of the folder is of no use any more: found and explained here, removed by nobody unasked. */

export interface Collectable {
  /** Relative to the project. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Why it is of no use, as a sentence part. */
  readonly why: string;
}
