/** Markdown as React elements: tables, task lists and formulas, no raw HTML. Links lead inside the project only. */
import { memo, type ReactElement } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import { RouteLink } from '../../app/link.tsx';
import { parseRoute } from '../../state/route.ts';
import { Icon } from '../../ui/icon.tsx';
import { Formula } from './formula.tsx';
import { rehypeOffsets } from './rehype-offsets.ts';
import { remarkLoneFormulas } from './remark-lone-formulas.ts';
import styles from './markdown-view.module.css';

const remarkPlugins = [remarkGfm, remarkMath, remarkLoneFormulas];
const rehypePlugins = [rehypeOffsets];

const components: Components = {
  code: ({ className, children }) => {
    const names = className?.split(' ') ?? [];
    if (names.includes('math-inline') || names.includes('math-display')) return <Formula tex={String(children)} isBlock={names.includes('math-display')} />;
    return <code className={styles['code']}>{children}</code>;
  },
  pre: ({ children, node }) => {
    const first = node?.children[0];
    const names = first?.type === 'element' ? first.properties['className'] : undefined;
    const isMath = Array.isArray(names) && names.includes('math-display');
    return isMath ? <div>{children}</div> : <pre tabIndex={0}>{children}</pre>;
  },
  a: ({ href, children }) => href?.startsWith('#/')
    ? <RouteLink to={parseRoute(href)}>{children}</RouteLink>
    : <span className={styles['address']} title={href}>{children}<Icon name="external" size={12} /></span>,
  img: ({ alt, src }) => <span className={styles['address']} title={typeof src === 'string' ? src : undefined}>{alt || 'Image'} (images are not loaded)</span>,
  input: ({ checked }) => <span className={styles['task']} role="img" aria-label={checked ? 'done' : 'open'}>{checked ? <Icon name="check" size={10} /> : null}</span>,
  table: ({ children }) => <div className={styles['tableScroll']}><table>{children}</table></div>,
  // A page has its own headings of the first and second level.
  h1: ({ children, ...rest }) => <h3 data-level="1" data-offset={offsetOf(rest)}>{children}</h3>,
  h2: ({ children, ...rest }) => <h3 data-level="2" data-offset={offsetOf(rest)}>{children}</h3>,
  h3: ({ children, ...rest }) => <h4 data-level="3" data-offset={offsetOf(rest)}>{children}</h4>,
};

function offsetOf(rest: object): number | undefined {
  return (rest as { 'data-offset'?: number })['data-offset'];
}

export const MarkdownView = memo(function MarkdownView({ text }: { readonly text: string }): ReactElement {
  return (
    <div className={styles['markdown']}>
      <Markdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={components} skipHtml urlTransform={(url) => url}>{text}</Markdown>
    </div>
  );
});
