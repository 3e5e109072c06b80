/** What the command line says: results as text or JSON on stdout, progress and errors on stderr. */
import type { Job } from '../../shared/domain/jobs.ts';
import type { PolicyFinding } from '../../shared/domain/policies.ts';
import type { Failure } from '../../shared/errors.ts';
import type { Emit } from '../app/context.ts';

export interface Output {
  /** One JSON document in place of text. */
  readonly isJson: boolean;
}

/** Prints a result: `text` for people, `data` for programs. */
export function printResult({ isJson }: Output, data: unknown, text: () => string): void {
  process.stdout.write(isJson ? `${JSON.stringify(data, null, 2)}\n` : `${text()}\n`);
}

/** Prints a failure with its fix. */
export function printFailure({ isJson }: Output, failure: Failure): void {
  process.stderr.write(isJson ? `${JSON.stringify({ error: failure })}\n` : `assay: ${failure.what}\n       ${failure.fix}\n`);
}

/** What policies say that only warn, on stderr: the result is none of theirs. */
export function printWarnings(findings: readonly PolicyFinding[]): void {
  for (const { policy, dataset, message } of findings) process.stderr.write(`assay: policy "${policy}", ${dataset}: ${message}\n`);
}

/** A plain table: the first row is the head; numbers are right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? number(cell) : (cell ?? '–'))))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const isNumeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || row[column] === null));
  return cells
    .map((row) => row.map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n');
}

/** "1 row", "2,000 rows". */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Four significant digits for fractions, thousands separators for whole numbers. */
export function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const isPlain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e15;
  return isPlain ? value.toLocaleString('en', { maximumSignificantDigits: 4 }) : value.toPrecision(4);
}

/** Shows the progress of jobs on a terminal, on one line that is rewritten; silent where stderr is not one. */
export function progressOnTerminal({ isJson }: Output): Emit {
  const isTerminal = process.stderr.isTTY && !isJson;
  return (event, payload) => {
    if (!isTerminal || event !== 'job') return;
    const job = payload as Job;
    const share = job.total ? ` ${Math.round((100 * job.done) / job.total)} %` : '';
    process.stderr.write(`\r\u001b[K${job.status === 'running' ? `${job.title}: ${job.step}${share}` : ''}`);
  };
}
