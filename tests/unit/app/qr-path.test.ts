import { decodeQR } from 'qr/decode.js';
import { expect, it } from 'vitest';
import { qrPath } from '../../../electron/app/qr-path.ts';

/** Draws the path as a browser would, `scale` pixels a module, black on white. */
function draw({ size, path }: { size: number; path: string }, scale: number): { width: number; height: number; data: Uint8Array } {
  const width = size * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(run)) * scale; column++) data.set([0, 0, 0], (row * width + column) * 4);
    }
  }
  return { width, height: width, data };
}

it('a recovery code as a QR symbol is read back by a scanner, character by character', () => {
  const code = 'Z7'.repeat(70);
  expect(decodeQR(draw(qrPath(code), 4))).toBe(code);
});

it('the path of a symbol is coordinates only, inside the symbol with its margin', () => {
  const { size, path } = qrPath('ASSAY');
  expect(path).toMatch(/^(M\d+ \d+h\d+v1h-\d+z)+$/);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    expect(Math.min(Number(x), Number(y))).toBeGreaterThanOrEqual(4);
    expect(Math.max(Number(x) + Number(run), Number(y) + 1)).toBeLessThanOrEqual(size - 4);
  }
});
