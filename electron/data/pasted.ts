/** A table as text from the clipboard, as a file to import: spreadsheets copy with tabs, JSON and CSV stay as they are, a Markdown table becomes CSV. */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fail } from '../../shared/errors.ts';
import { ioFailure } from '../files/failures.ts';

/** Writes the text to a file that no one else may read. @throws data/no-rows, files/* */
export async function writePasted(text: string, outPath: string): Promise<void> {
  if (text.trim() === '') throw fail('data/no-rows', { file: basename(outPath) });
  try {
    await writeFile(outPath, markdownAsCsv(text) ?? text, { mode: 0o600 });
  } catch (thrown) {
    throw ioFailure(thrown, outPath);
  }
}

/**
 * The table of a Markdown text as CSV; null where the text does not begin with one. By the rules of GitHub Flavored
 * Markdown 0.29, section 4.10: a line of dashes with as many cells as the header stands below it, "\|" is a bar, the
 * table ends at the first empty line. A row with more cells than the header keeps them, so that its import names it.
 */
export function markdownAsCsv(text: string): string | null {
  const lines = text.trimStart().split(/\r\n|\n|\r/);
  const [header = '', rule = ''] = lines;
  if (!header.includes('|') || !/^[\s|:-]+$/.test(rule)) return null;
  const names = cellsOf(header);
  const rules = cellsOf(rule);
  if (rules.length !== names.length || !rules.every((cell) => /^:?-+:?$/.test(cell))) return null;
  const end = lines.findIndex((line, index) => index > 1 && line.trim() === '');
  const rows = lines.slice(2, end < 0 ? undefined : end).map(cellsOf);
  return [names, ...rows].map((cells) => `${Array.from({ length: Math.max(cells.length, names.length) }, (_, index) => quoted(cells[index] ?? '')).join(',')}\n`).join('');
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function quoted(cell: string): string {
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
