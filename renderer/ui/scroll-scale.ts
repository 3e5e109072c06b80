/**
 * Maps a scrollbar to more rows than an element can be tall: browsers stop near 33 million pixels.
 * Up to `maxHeight` it is the identity; above, the scrollbar is a scale over the rows, and the wheel moves real pixels.
 */
const maxHeight = 8_000_000;

export interface ScrollScale {
  /** The height of the scrolled element, px. */
  readonly height: number;
  /** The height all rows would have, px. */
  readonly rowsHeight: number;
  /** The top of the view among all rows for a scroll position, px. */
  toTop(scrollTop: number): number;
  /** The scroll position for a top among all rows, px. */
  toScroll(top: number): number;
}

export function createScrollScale(rowCount: number, rowHeight: number, viewHeight: number): ScrollScale {
  const rowsHeight = rowCount * rowHeight;
  const height = Math.min(rowsHeight, maxHeight);
  const scrollable = Math.max(1, height - viewHeight);
  const factor = height === rowsHeight ? 1 : Math.max(1, rowsHeight - viewHeight) / scrollable;
  return { height, rowsHeight, toTop: (scrollTop) => scrollTop * factor, toScroll: (top) => top / factor };
}
