/** A QR symbol (ISO/IEC 18004) as an SVG path: no markup leaves here, only coordinates. */
import { encodeQR } from 'qr';

/** Light modules around the symbol, as the standard asks for. */
const margin = 4;

/** @param text letters, digits; size and path are in modules */
export function qrPath(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: margin });
  let path = '';
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x]) x++;
      path += `M${start} ${y}h${x - start}v1h-${x - start}z`;
    }
  });
  return { size: rows.length, path };
}
