/** Pixels that the engine decoded, drawn on a canvas: the window itself never decodes a foreign image. */
import { useEffect, useRef, type ReactElement } from 'react';
import styles from './picture.module.css';

export interface PictureProps {
  /** Red, green, blue and opacity of each pixel, rows from the top. */
  readonly shown: { readonly width: number; readonly height: number; readonly pixels: Uint8Array };
  /** Read aloud. */
  readonly label: string;
  /** Its longest side on screen, px; small pictures are drawn in blocks. */
  readonly side: number;
}

export function Picture({ shown, label, side }: PictureProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, pixels } = shown;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || pixels.length !== width * height * 4) return;
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  }, [width, height, pixels]);
  const scale = side / Math.max(width, height);
  return <canvas ref={canvas} role="img" aria-label={label} width={width} height={height} className={styles['picture']} data-blocks={scale > 1.5} style={{ width: Math.max(1, width * scale), aspectRatio: `${width} / ${height}` }} />;
}
