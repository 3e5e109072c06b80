/** Notebook pages: an ordered list of blocks, each Markdown text or a live view of something in the project. */
import { z } from 'zod';
import { BlockId, DatasetId, PageId, ReportId, RunId } from './ids.ts';

export const Embed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dataset'), datasetId: DatasetId }),
  z.object({ kind: z.literal('run'), runId: RunId }),
  z.object({ kind: z.literal('drift'), reportId: ReportId }),
  z.object({ kind: z.literal('metric-chart'), runIds: z.array(RunId).min(1).max(50), metric: z.string() }),
]);
export type Embed = z.infer<typeof Embed>;

/** Characters that a Markdown block may begin with. What is written into it later has no such limit. */
export const maxBlockLength = 100_000;

export const Block = z.object({
  id: BlockId,
  /** Sorts blocks: fractional index, compared as text. */
  order: z.string(),
  content: z.discriminatedUnion('kind', [z.object({ kind: z.literal('markdown'), text: z.string() }), ...Embed.options]),
});
export type Block = z.infer<typeof Block>;

export const Page = z.object({
  id: PageId, title: z.string(), createdAtMs: z.number(), createdBy: z.string(),
  changedAtMs: z.number(), changedBy: z.string(), blocks: z.array(Block),
});
export type Page = z.infer<typeof Page>;

export const PageSummary = Page.omit({ blocks: true });
export type PageSummary = z.infer<typeof PageSummary>;

const digits = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * A text strictly between `before` and `after` in plain string order; null is the open end.
 * Never ends in "0", so there is always room on both sides.
 */
export function orderBetween(before: string | null, after: string | null): string {
  if (before !== null && after !== null && before >= after) throw new RangeError(`no order between "${before}" and "${after}"`);
  let prefix = '';
  let upperOpen = after === null;
  for (let i = 0; ; i++) {
    const low = before !== null && i < before.length ? digits.indexOf(before.charAt(i)) : 0;
    const high = upperOpen || after === null ? digits.length : i < after.length ? digits.indexOf(after.charAt(i)) : digits.length;
    if (high - low > 1) return prefix + digits.charAt((low + high) >> 1);
    prefix += digits.charAt(low);
    if (high > low) upperOpen = true;
  }
}
