/** A short text beside what the pointer or the focus is on. Never the only place of a fact. */
import type { ReactElement } from 'react';
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import { KeyHint } from './key-hint.tsx';
import styles from './tooltip.module.css';

export interface TooltipProps {
  readonly text: string;
  readonly keys?: string | undefined;
  /** Exactly one focusable element. */
  readonly children: ReactElement;
}

export function Tooltip({ text, keys, children }: TooltipProps): ReactElement {
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      {children}
      <AriaTooltip offset={6} className={styles['tooltip'] ?? ''}>
        {text}{keys === undefined ? null : <KeyHint keys={keys} />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
