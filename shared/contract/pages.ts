/** Notebook pages and their blocks. Text travels as Yjs updates, so that every edit merges. */
import { z } from 'zod';
import { BlockId, PageId } from '../domain/ids.ts';
import { Embed, maxBlockLength, Page, PageSummary } from '../domain/pages.ts';
import { BasedOn } from './based-on.ts';
import { channel } from './channel.ts';

const nothing = z.object({});
/** A Yjs state or update. */
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'not bytes');

export const pageChannels = {
  'pages.list': channel({ input: nothing, output: z.array(PageSummary), writes: false }),
  'pages.get': channel({ input: z.object({ id: PageId }), output: Page, writes: false }),
  'pages.create': channel({ input: z.object({ title: z.string().trim().min(1).max(200) }), output: z.object({ id: PageId }), writes: true }),
  'pages.rename': channel({ input: z.object({ id: PageId, title: z.string().trim().min(1).max(200), basedOn: BasedOn }), output: nothing, writes: true }),
  'pages.remove': channel({ input: z.object({ id: PageId }), output: nothing, writes: true }),
  'pages.restore': channel({ input: z.object({ id: PageId }), output: nothing, writes: true }),
  'pages.addBlock': channel({
    input: z.object({
      pageId: PageId,
      /** The block it comes after; null is the top of the page. */
      after: BlockId.nullable(),
      content: z.discriminatedUnion('kind', [z.object({ kind: z.literal('markdown'), text: z.string().max(maxBlockLength) }), ...Embed.options]),
    }),
    output: z.object({ id: BlockId }),
    writes: true,
  }),
  'pages.moveBlock': channel({ input: z.object({ id: BlockId, pageId: PageId, after: BlockId.nullable() }), output: nothing, writes: true }),
  'pages.removeBlock': channel({ input: z.object({ id: BlockId }), output: nothing, writes: true }),
  'pages.restoreBlock': channel({ input: z.object({ id: BlockId }), output: nothing, writes: true }),
  /** The merged Yjs state of a Markdown block; its shared text is named "text". */
  'pages.blockState': channel({ input: z.object({ id: BlockId }), output: z.object({ state: bytes }), writes: false }),
  'pages.editBlock': channel({ input: z.object({ id: BlockId, update: bytes }), output: nothing, writes: true }),
};
