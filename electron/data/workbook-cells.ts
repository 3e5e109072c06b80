/** What the cells of a workbook hold, as text that the rules of text values understand: numbers with all digits, dates in ISO 8601. */

/** How a cell's number is shown, as far as it changes its meaning. */
export type NumberKind = 'number' | 'date' | 'time';

/** Numbers of formats that are dates or times in every workbook (ECMA-376, part 1, 18.8.30, and its East Asian dates). */
export function builtInKind(id: number): NumberKind {
  if ((id >= 18 && id <= 21) || id === 45 || id === 47) return 'time';
  return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? 'date' : 'number';
}

/** The kind that a format code such as "dd/mm/yyyy hh:mm" tells. Elapsed hours ("[h]:mm") stay numbers, for they are no time of a day. */
export function kindOfCode(code: string): NumberKind {
  if (/\[(h+|m+|s+)\]/i.test(code)) return 'number';
  const [positive = ''] = code.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[[^\]]*\]/g, '').split(';');
  const plain = positive.replace(/am\/pm|a\/p/gi, 'h').replace(/general/gi, '');
  if (/[yd]/i.test(plain)) return 'date';
  if (/[hs]/i.test(plain)) return 'time';
  return /m/i.test(plain) ? 'date' : 'number';
}

const dayMs = 86_400_000;
const lastSerial = 2_958_466;

/**
 * The number `text` of a cell as text. A date before 1 March 1900 is a day off in the 1900 system, which counts a
 * 29 February 1900 that never was. Resolution: one millisecond, what a double of today's dates can hold.
 */
export function numberText(text: string, kind: NumberKind, is1904: boolean): string {
  const value = Number(text);
  if (kind === 'number' || text.trim() === '' || !Number.isFinite(value)) return Number.isFinite(value) && text.trim() !== '' ? String(value) : text;
  if (value < 0 || value >= lastSerial) return String(value);
  const ms = Math.round(value * dayMs);
  if (kind === 'time' && value < 1) return clock(ms);
  const startMs = is1904 ? Date.UTC(1904, 0, 1) : value < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30);
  if (!is1904 && value >= 60 && value < 61) return String(value);
  const iso = new Date(startMs + ms).toISOString();
  return ms % dayMs === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${clock(ms % dayMs)}`;
}

function clock(ms: number): string {
  return new Date(ms % dayMs).toISOString().slice(11, 23).replace(/\.000$/, '');
}

/** "BC12" is column 54 (counted from 0); null for what is no reference. */
export function columnOf(reference: string): number | null {
  const letters = /^([A-Z]{1,3})\d+$/i.exec(reference)?.[1]?.toUpperCase();
  if (letters === undefined) return null;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** Spreadsheet programs write characters that XML cannot hold as _x000D_. */
export function unescaped(text: string): string {
  return text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))) : text;
}
