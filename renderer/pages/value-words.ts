/** How values of the log read: words for what people know by words, the text itself, or JSON. Pure. */
import { formatTag, Tag } from '../../shared/domain/datasets.ts';
import { formatExact } from '../ui/format.ts';

export type ShownValue =
  | { readonly kind: 'words'; readonly text: string; readonly isMuted: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly text: string };

export function showValue(field: string, value: unknown): ShownValue {
  const words = (text: string, isMuted = false): ShownValue => ({ kind: 'words', text, isMuted });
  if (field === 'deleted') return words(value === true ? 'removed' : 'in the project');
  if (field === 'content' && (value as { kind?: unknown } | null)?.kind === 'markdown') return words('text');
  if (value === null || value === undefined) return words('nothing', true);
  if (value === '') return words('empty', true);
  if (typeof value === 'string') return isLong(value) ? { kind: 'text', text: value } : words(value);
  if (typeof value === 'number') return words(field.endsWith('Ms') && value > 1e11 ? new Date(value).toLocaleString('en-GB') : formatExact(value));
  if (typeof value === 'boolean') return words(value ? 'yes' : 'no');
  const tag = Tag.safeParse(value);
  if (tag.success) return words(formatTag(tag.data));
  return { kind: 'json', text: JSON.stringify(value, null, 2) };
}

/** A text that is better read as a paragraph, with what changed marked in it. */
export function isLong(text: string): boolean {
  return text.length > 60 || text.includes('\n');
}

/** Whether two values are compared word by word. */
export function isCompared(before: unknown, after: unknown): before is string {
  return typeof before === 'string' && typeof after === 'string' && (isLong(before) || isLong(after));
}
