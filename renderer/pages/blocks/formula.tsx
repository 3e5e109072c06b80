/** A formula, drawn by KaTeX through the DOM: markup as text is refused by the content policy. */
import katex from 'katex';
import { useLayoutEffect, useRef, type ReactElement } from 'react';
import 'katex/dist/katex.min.css';

export interface FormulaProps {
  readonly tex: string;
  /** On a line of its own. */
  readonly isBlock: boolean;
}

export function Formula({ tex, isBlock }: FormulaProps): ReactElement {
  const host = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    // A formula that is wrong shows its source in the error colour. Sizes and expansions are bounded: text comes from others too.
    if (host.current) katex.render(tex, host.current, { displayMode: isBlock, throwOnError: false, errorColor: 'var(--danger)', strict: 'ignore', trust: false, maxSize: 20, maxExpand: 1000 });
  }, [tex, isBlock]);
  return <span ref={host} data-formula={isBlock ? 'block' : 'inline'} />;
}
