/**
 * Branded identifiers: a plain string does not compile where one is expected.
 * An entity id is 26 characters of lower-case Crockford base32 (128 random bits and two zero bits).
 */
import { z } from 'zod';

const entityIdPattern = /^[0-9a-hjkmnp-tv-z]{26}$/;
const entityId = z.string().regex(entityIdPattern, 'not an id');

export const DatasetId = entityId.brand<'DatasetId'>();
export type DatasetId = z.infer<typeof DatasetId>;
export const VersionId = entityId.brand<'VersionId'>();
export type VersionId = z.infer<typeof VersionId>;
export const RunId = entityId.brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;
export const ModelId = entityId.brand<'ModelId'>();
export type ModelId = z.infer<typeof ModelId>;
export const ReportId = entityId.brand<'ReportId'>();
export type ReportId = z.infer<typeof ReportId>;
export const PageId = entityId.brand<'PageId'>();
export type PageId = z.infer<typeof PageId>;
export const BlockId = entityId.brand<'BlockId'>();
export type BlockId = z.infer<typeof BlockId>;
export const QueryId = entityId.brand<'QueryId'>();
export type QueryId = z.infer<typeof QueryId>;
/** The rows that a query gave, kept while the project is open. */
export const ResultId = entityId.brand<'ResultId'>();
export type ResultId = z.infer<typeof ResultId>;
export const PolicyId = entityId.brand<'PolicyId'>();
export type PolicyId = z.infer<typeof PolicyId>;
/** A search that was saved under a name. */
export const SearchId = entityId.brand<'SearchId'>();
export type SearchId = z.infer<typeof SearchId>;
export const JobId = entityId.brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;
/** Any entity of the store, whatever its type. */
export const EntityId = entityId.brand<'EntityId'>();
export type EntityId = z.infer<typeof EntityId>;

/** SHA-256 of an object's bytes, 64 lower-case hex characters. */
export const ObjectHash = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256').brand<'ObjectHash'>();
export type ObjectHash = z.infer<typeof ObjectHash>;

/** A file the user chose, as the shell names it to the window; the path stays outside the renderer. */
export const FileHandle = z.string().regex(/^file-[0-9a-z]{26}$/, 'not a file handle').brand<'FileHandle'>();
export type FileHandle = z.infer<typeof FileHandle>;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new entity id from 16 random bytes. */
export function idFromBytes<T extends string>(bytes: Uint8Array): T {
  if (bytes.length !== 16) throw new RangeError(`an id needs 16 bytes, got ${bytes.length}`);
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let id = '';
  for (let i = 0; i < 26; i++) {
    id = alphabet[Number(bits & 31n)] + id;
    bits >>= 5n;
  }
  return id as T;
}
