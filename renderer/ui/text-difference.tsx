/** A text with what was taken out struck through and what came in underlined: told by marks, not by colour alone. */
import { Fragment, useMemo, type ReactElement } from 'react';
import { diffTexts, joinForReading, type DiffPart } from '../../shared/domain/text-diff.ts';
import { classNames } from './class-names.ts';
import styles from './text-difference.module.css';

export interface TextDifferenceProps {
  readonly before: string;
  readonly after: string;
  /** Shows one of the texts, with its own words marked. */
  readonly only?: 'before' | 'after';
  readonly className?: string | undefined;
}

/** Unchanged lines around a change that are shown; more are folded. */
const contextLines = 3;

export function TextDifference({ before, after, only, className }: TextDifferenceProps): ReactElement {
  const parts = useMemo(() => joinForReading(diffTexts(before, after)), [before, after]);
  const shown = only === undefined ? parts : parts.filter(({ kind }) => kind === 'same' || (kind === 'removed') === (only === 'before'));
  return (
    <p className={classNames(styles['text'], 'selectable', className)}>
      {shown.map((part, index) => <Part key={index} part={part} isFirst={index === 0} isLast={index === shown.length - 1} isFolded={only === undefined} />)}
    </p>
  );
}

function Part({ part, isFirst, isLast, isFolded }: { readonly part: DiffPart; readonly isFirst: boolean; readonly isLast: boolean; readonly isFolded: boolean }): ReactElement {
  if (part.kind === 'removed') return <del>{part.text}</del>;
  if (part.kind === 'added') return <ins>{part.text}</ins>;
  const folded = isFolded ? foldSame(part.text, isFirst, isLast) : null;
  return folded === null ? <Fragment>{part.text}</Fragment> : <>{folded.head}<span className={styles['fold']}>{folded.lineCount} lines as before</span>{folded.tail}</>;
}

/** Keeps the lines next to a change; null when there is nothing worth folding. */
export function foldSame(text: string, isFirst: boolean, isLast: boolean): { readonly head: string; readonly lineCount: number; readonly tail: string } | null {
  const lines = text.split('\n');
  const headCount = isFirst ? 0 : contextLines;
  const tailCount = isLast ? 0 : contextLines;
  const lineCount = lines.length - headCount - tailCount;
  if (lineCount < 4 || (isFirst && isLast)) return null;
  return { head: lines.slice(0, headCount).join('\n'), lineCount, tail: lines.slice(lines.length - tailCount).join('\n') };
}
