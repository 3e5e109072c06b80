/** The edge between two panels: drag it, or move it with the arrow keys. */
import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import styles from './splitter.module.css';

export interface SplitterProps {
  readonly label: string;
  /** The side of its panel that the edge is on. */
  readonly side: 'left' | 'right';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

export function Splitter({ label, side, value, min, max, onChange }: SplitterProps): ReactElement {
  const start = useRef<{ readonly x: number; readonly value: number } | null>(null);
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));
  const towards = side === 'right' ? 1 : -1;
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    start.current = { x: event.clientX, value };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (start.current) set(start.current.value + (event.clientX - start.current.x) * towards);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 16, ArrowLeft: -16 }[event.key];
    if (step === undefined) return;
    set(value + step * towards);
    event.preventDefault();
  };
  return (
    <div
      role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={value} aria-valuemin={min} aria-valuemax={max} tabIndex={0}
      className={styles['splitter']} data-side={side} onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={() => { start.current = null; }} onKeyDown={onKeyDown}
    />
  );
}
