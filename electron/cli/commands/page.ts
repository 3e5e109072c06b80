/** assay page: write a notebook page from Markdown, list pages, print one. */
import type { Command } from 'commander';
import { maxBlockLength } from '../../../shared/domain/pages.ts';
import { fail } from '../../../shared/errors.ts';
import { writePage } from '../../app/page-writing.ts';
import { getPage, listPages } from '../../app/pages.ts';
import { command, nameFrom, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { printResult, table } from '../print.ts';
import { withProject } from '../session.ts';
import { readText } from '../text-input.ts';

const maxTitleLength = 200;

/** Longer text is cut at blank lines into several blocks. */
const goodBlockLength = 8000;

export function pageCommands(program: Command): void {
  command(program, 'page [title]', 'List the pages, print one, or write a new one with --from')
    .option('--from <file>', 'Markdown to write into a new page; "-" reads standard input')
    .action((title: string | undefined, options: CommonOptions & { from?: string }) => withProject(sessionOf(options), async (context) => {
      if (title === undefined) {
        const pages = listPages(context);
        printResult(outputOf(options), pages, () => table(['Page', 'Changed', 'By'], pages.map((page) => [page.title, new Date(page.changedAtMs).toISOString(), page.changedBy])));
        return;
      }
      if (options.from !== undefined) {
        const blocks = cut(await readText(options.from));
        const id = writePage(context, nameFrom(title, maxTitleLength), blocks.map((text) => ({ kind: 'markdown', text })));
        printResult(outputOf(options), getPage(context, id), () => `Wrote the page "${title}"`);
        return;
      }
      const found = listPages(context).find((page) => page.title === title || page.id === title);
      if (!found) throw fail('cli/usage', { message: `There is no page "${title}".` });
      const page = getPage(context, found.id);
      printResult(outputOf(options), page, () => [`# ${page.title}`, ...page.blocks.map(({ content }) => (content.kind === 'markdown' ? content.text : `[${content.kind}]`))].join('\n\n'));
    }));
}

function cut(text: string): string[] {
  const blocks: string[] = [];
  for (const paragraph of text.split(/\n{2,}/)) {
    const last = blocks.at(-1);
    if (last !== undefined && last.length + paragraph.length < goodBlockLength) blocks[blocks.length - 1] = `${last}\n\n${paragraph}`;
    else for (let at = 0; at === 0 || at < paragraph.length; at += maxBlockLength) blocks.push(paragraph.slice(at, at + maxBlockLength));
  }
  return blocks;
}
