/** Writes a whole page at once: for the command line and the sample project. */
import type { BlockId, PageId } from '../../shared/domain/ids.ts';
import { textUpdateOf } from '../store/index/text.ts';
import type { AppContext } from './context.ts';
import { addBlock, createPage, editBlock, getPage, type BlockContent } from './pages.ts';

/** Makes a page with these blocks in order; the block that a new page has takes the first text. */
export function writePage(context: AppContext, title: string, contents: readonly BlockContent[]): PageId {
  const { id } = createPage(context, title);
  let after: BlockId | null = getPage(context, id).blocks.at(-1)?.id ?? null;
  for (const [index, content] of contents.entries()) {
    if (index === 0 && after !== null && content.kind === 'markdown') editBlock(context, after, textUpdateOf(content.text));
    else after = addBlock(context, id, after, content).id;
  }
  return id;
}
