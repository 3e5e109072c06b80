/** Charts the size of a table cell: a line and a histogram, as plain SVG. The number beside them carries the value. */
import type { ReactElement } from 'react';

export interface SparklineProps {
  readonly values: readonly number[];
  /** A run's colour index; the accent without one. */
  readonly colour?: number;
  readonly width?: number;
  readonly height?: number;
  readonly label: string;
}

/** Not finite values make a gap. Beyond two points a pixel the line is thinned to each pixel's range. */
export function Sparkline({ values, colour, width = 92, height = 20, label }: SparklineProps): ReactElement {
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path d={sparkPath(values, width, height)} fill="none" stroke={colour === undefined ? 'var(--accent)' : `var(--series-${colour % 8})`} strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" strokeDasharray={colour !== undefined && colour >= 8 ? '4 2' : undefined} />
    </svg>
  );
}

/** The path of a sparkline in a box of `width` by `height`, with 2 px of margin. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return '';
  let low = Infinity;
  let high = -Infinity;
  for (const value of finite) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const stride = Math.max(1, Math.floor(values.length / (width * 2)));
  const span = high - low || 1;
  let path = '';
  let isOpen = false;
  for (let i = 0; i < values.length; i += stride) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) { isOpen = false; continue; }
    const x = values.length === 1 ? width / 2 : 2 + (i / (values.length - 1)) * (width - 4);
    const y = high === low ? height / 2 : height - 2 - ((value - low) / span) * (height - 4);
    path += `${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isOpen = true;
  }
  return path;
}

export interface MiniHistogramProps {
  readonly counts: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly label: string;
  /** Grey, for what is not used. */
  readonly isMuted?: boolean;
  readonly colour?: number;
}

export function MiniHistogram({ counts, width = 96, height = 20, label, isMuted, colour = 0 }: MiniHistogramProps): ReactElement {
  const most = counts.reduce((high, count) => Math.max(high, count), 0) || 1;
  const step = width / Math.max(1, counts.length);
  const gap = step > 3 ? 1 : 0;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} shapeRendering="crispEdges">
      {counts.map((count, index) => {
        const tall = count === 0 ? 0 : Math.max(1, (count / most) * height);
        return <rect key={index} x={index * step} y={height - tall} width={Math.max(0.5, step - gap)} height={tall} fill={isMuted ? 'var(--control-edge)' : `var(--series-${colour})`} opacity={isMuted ? 0.55 : 1} />;
      })}
    </svg>
  );
}
