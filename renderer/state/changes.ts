/** Tells whoever shows an entity that the engine has a new state of it. Reports of 80 ms are gathered into one. */
import { useEffect, useRef } from 'react';

export interface Change { readonly types: ReadonlySet<string>; readonly ids: ReadonlySet<string>; }
const listeners = new Set<(change: Change) => void>();
let gathered: { types: Set<string>; ids: Set<string> } | null = null;

export function gatherChange(types: readonly string[], ids: readonly string[]): void {
  if (gathered === null) {
    gathered = { types: new Set(), ids: new Set() };
    setTimeout(() => {
      const change = gathered;
      gathered = null;
      if (change) for (const listener of Array.from(listeners)) listener(change);
    }, 80);
  }
  for (const type of types) gathered.types.add(type);
  for (const id of ids) gathered.ids.add(id);
}

export function onChange(listener: (change: Change) => void): () => void {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

/** Runs `reload` after a change of one of these entity types ("dataset", "version", "run", "model", "report", "page", "block", "project"). */
export function useReloadOn(types: readonly string[], reload: () => void): void {
  const latest = useRef(reload);
  useEffect(() => { latest.current = reload; });
  const key = types.join(' ');
  useEffect(() => onChange((change) => { if (key.split(' ').some((type) => change.types.has(type))) latest.current(); }), [key]);
}
