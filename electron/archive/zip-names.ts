/**
 * Which names an archive entry may have: those that mean the same file on Linux, macOS and Windows.
 * The writer asks before it writes, the reader before it believes one byte. Rules: no way out of the
 * folder, no name a system reserves, no two names that one file system would take for one.
 */

const nameLimits = { depth: 12, sizeBytes: 200 } as const;

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenCharacter = /[\u0000-\u001f<>:"\\|?*]/;
/** Device names of Windows, with any extension; the superscript digits count as digits there. */
const reservedName = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;

/** Why `name` may not be used, as the end of the sentence "the name ...", or null where it may. */
export function nameProblem(name: string): string | null {
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  if (path === '') return 'is empty';
  if (new TextEncoder().encode(name).length > nameLimits.sizeBytes) return `is longer than ${nameLimits.sizeBytes} bytes`;
  if (forbiddenCharacter.test(path)) return 'has a character that not every system allows';
  const parts = path.split('/');
  if (parts.length > nameLimits.depth) return `is nested deeper than ${nameLimits.depth} folders`;
  if (parts[0] === '') return 'is absolute';
  for (const part of parts) {
    if (part === '') return 'has an empty part';
    if (part === '.' || part === '..') return 'leads out of its folder';
    if (part.endsWith('.') || part.endsWith(' ')) return 'has a part that ends in a dot or a space';
    if (reservedName.test(part)) return 'is reserved by Windows';
  }
  return null;
}

/** What a file system that ignores case and composition compares; equal keys are one file there. */
export function collisionKey(name: string): string {
  // Upper then lower case approximates full case folding (sharp s, dotted i, final sigma).
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** Collects names one by one and says which of them would fall together with an earlier one. */
export class NameSet {
  readonly #seen = new Map<string, { spelling: string; kind: 'file' | 'folder'; isOwnEntry: boolean }>();

  /** Adds `name` (a folder ends in "/"); returns why it collides, or null. */
  add(name: string): string | null {
    const isFolder = name.endsWith('/');
    const parts = (isFolder ? name.slice(0, -1) : name).split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      const spelling = parts.slice(0, depth).join('/');
      const isOwnEntry = depth === parts.length;
      const kind = isOwnEntry && !isFolder ? 'file' : 'folder';
      const key = collisionKey(spelling);
      const earlier = this.#seen.get(key);
      if (earlier === undefined) {
        this.#seen.set(key, { spelling, kind, isOwnEntry });
        continue;
      }
      if (earlier.spelling !== spelling) return `is the same as "${earlier.spelling}" where case or accents are ignored`;
      if (earlier.kind !== kind) return 'is both a file and a folder';
      if (isOwnEntry && earlier.isOwnEntry) return 'is there twice';
      if (isOwnEntry) earlier.isOwnEntry = true;
    }
    return null;
  }
}
