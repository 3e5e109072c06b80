/** The upper edge of a panel at the bottom: drag it, or move it with the arrow keys. */
import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import styles from './row-splitter.module.css';

export interface RowSplitterProps {
  readonly label: string;
  /** Height of the panel below, in pixels. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

export function RowSplitter({ label, value, min, max, onChange }: RowSplitterProps): ReactElement {
  const start = useRef<{ readonly y: number; readonly value: number } | null>(null);
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    start.current = { y: event.clientY, value };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (start.current) set(start.current.value + start.current.y - event.clientY);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: 16, ArrowDown: -16 }[event.key];
    if (step === undefined) return;
    set(value + step);
    event.preventDefault();
  };
  return (
    <div
      role="separator" aria-orientation="horizontal" aria-label={label} aria-valuenow={value} aria-valuemin={min} aria-valuemax={max} tabIndex={0}
      className={styles['splitter']} onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={() => { start.current = null; }} onKeyDown={onKeyDown}
    />
  );
}
