/** JSON values and their one canonical text: sorted keys, no spaces, finite numbers only. */

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Deeper values are refused: a hostile record must not exhaust the stack. */
const depthLimit = 64;

/**
 * The canonical text of a value; equal values have equal texts.
 * @throws RangeError for NaN, infinity, what JSON cannot say, and more than 64 levels
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > depthLimit) throw new RangeError(`a value has more than ${depthLimit} levels`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be kept; use null`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new RangeError(`a ${typeof value} cannot be kept`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, depth + 1)}`).join(',')}}`;
}

/** Whether a value has a canonical text. */
export function isCanonical(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}
