/** What was computed of contents, which never change: kept while the project is open, so that it is computed once. */
import type { AppContext } from './context.ts';

/** So many values of a kind, and their files, are kept. */
const keptValues = 32;

/** Makes a value once for its key; a failure is forgotten, and so is the value asked for longest ago when there are too many. */
export function remembered<T>(all: WeakMap<AppContext, Map<string, Promise<T>>>, context: AppContext, key: string, make: () => Promise<T>, drop?: (value: T) => Promise<void>): Promise<T> {
  const held = all.get(context) ?? new Map<string, Promise<T>>();
  all.set(context, held);
  const value = held.get(key) ?? make();
  held.delete(key);
  held.set(key, value);
  value.catch(() => held.delete(key));
  const [oldest] = held.entries();
  if (held.size > keptValues && oldest) {
    held.delete(oldest[0]);
    if (drop) void oldest[1].then(drop, () => undefined);
  }
  return value;
}
