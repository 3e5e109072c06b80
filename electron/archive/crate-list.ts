/** Reads from a crate's metadata which files it lists, with hash and size; works for any program's .eln. */
import { z } from 'zod';

export interface ListedHash {
  readonly path: string;
  /** Null where the archive's writer recorded none. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
}

const Node = z.object({
  '@id': z.string(),
  '@type': z.union([z.string(), z.array(z.string())]),
  sha256: z.string().optional(),
  contentSize: z.union([z.string(), z.number()]).optional(),
});
const Metadata = z.object({ '@graph': z.array(z.unknown()) });

/** The listed files, or why the metadata cannot be used. */
export function readFileList(bytes: Uint8Array): ListedHash[] | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'it is not JSON in UTF-8';
  }
  const metadata = Metadata.safeParse(value);
  if (!metadata.success) return 'it has no list of nodes ("@graph")';
  const files = new Map<string, ListedHash>();
  for (const raw of metadata.data['@graph']) {
    const node = Node.safeParse(raw);
    if (!node.success) return 'one of its nodes has no "@id" or "@type"';
    const { '@id': id, '@type': type, sha256, contentSize } = node.data;
    const isFile = sha256 !== undefined || type === 'File' || (Array.isArray(type) && type.includes('File'));
    if (!isFile || /^[a-z][a-z0-9+.-]*:/i.test(id)) continue;
    const path = id.replace(/^\.\//, '');
    if (files.has(path)) return `it lists "${path}" twice`;
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) return `the SHA-256 of "${path}" is malformed`;
    const sizeBytes = contentSize === undefined || !/^\d{1,15}$/.test(String(contentSize)) ? null : Number(contentSize);
    files.set(path, { path, sha256: sha256?.toLowerCase() ?? null, sizeBytes });
  }
  return [...files.values()];
}
