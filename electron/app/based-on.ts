/** Edits that began before something else came in: they must not silently replace what their writer has not seen. */
import type { CommitOptions, Store } from '../store/store.ts';

/**
 * For the commit that sets a field to what a person typed. `seen` is the value they saw when they began; where the field
 * shows another now, written elsewhere, it stays beside theirs as a second version.
 */
export function basedOn(store: Store, id: string, field: string, seen: string | undefined): CommitOptions {
  if (seen === undefined) return {};
  const versions = store.versions(id, field);
  if (versions.length === 0 || versions[0]?.value === seen) return {};
  return { unseen: versions.filter(({ value }) => value !== seen).map(({ hash }) => hash) };
}
