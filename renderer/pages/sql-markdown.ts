/** A query and its first rows as Markdown for a page. Pure. */
import type { Cell } from '../../shared/domain/columns.ts';
import type { QueryResult } from '../../shared/domain/query.ts';
import { formatPlural } from '../ui/format.ts';

const shownRows = 20;
const shownColumns = 12;
const cellLength = 80;

export function queryMarkdown({ sql, columns, rowCount, inputs }: QueryResult, rows: readonly (readonly Cell[])[]): string {
  const fence = '`'.repeat(Math.max(3, ...[...sql.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  const shown = columns.slice(0, shownColumns);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(shown.map(({ name }) => cellText(name))), line(shown.map(({ type }) => (type === 'integer' || type === 'number' ? '---:' : '---'))),
    ...rows.slice(0, shownRows).map((row) => line(row.slice(0, shownColumns).map((cell) => (cell === null ? '' : cellText(String(cell)))))),
  ];
  const left = [
    rowCount > shownRows ? `the first ${shownRows} of ${formatPlural(rowCount, 'row')}` : formatPlural(rowCount, 'row'),
    ...(columns.length > shownColumns ? [`the first ${shownColumns} of ${columns.length} columns`] : []),
    ...inputs.map(({ name, versionNumber }) => `${cellText(name)} was version ${versionNumber}`),
  ];
  return [`${fence}sql\n${sql.trim()}\n${fence}`, table.join('\n'), `*${left.join('; ')}*`].join('\n\n');
}

/** Text that stands in one cell as it is: nothing in it is Markdown, and no line ends. */
function cellText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > cellLength ? `${line.slice(0, cellLength - 1)}\u2026` : line;
  return short.replace(/[\\`*_{}[\]<>#|~$&!]/g, '\\$&');
}
