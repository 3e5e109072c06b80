/**
 * A worker process that imports thousands of damaged tables one after the other, by the product's own loop and its own
 * import. It reports each before it begins, so that whoever waits knows at which it hung or died.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importFile } from '../../electron/data/import.ts';
import { readRows } from '../../electron/data/rows.ts';
import { serveWorker, type TaskContext } from '../../electron/jobs/serve-worker.ts';
import { AppError } from '../../shared/errors.ts';
import { mutantTable, type MutantFormat } from './mutant-tables.ts';
import { roomyDuck } from './roomy-duck.ts';
import { contradiction, wrongRefusal } from './strict-tables.ts';

export interface MutantsTask {
  readonly format: MutantFormat;
  /** The first round, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Of this worker alone. */
  readonly folder: string;
}

export interface MutantsOutcome {
  /** How many came through and how many were refused, by code. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of how many a strict reader had an opinion. */
  readonly judgedCount: number;
  /** What went wrong, by round. */
  readonly problems: readonly string[];
}

async function mutants({ format, from, to, folder }: MutantsTask, { report }: TaskContext): Promise<MutantsOutcome> {
  const duck = await roomyDuck(folder);
  const table = await mutantTable(format, duck, folder);
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  let judgedCount = 0;
  for (let round = from; round < to; round += 1) {
    report(round);
    const { bytes, said } = table.mutant(round);
    // A name of its own: what DuckDB remembers of a file is of no use for the next.
    const path = join(folder, `${round}-${table.fileName}`);
    const outPath = join(folder, `${round}.parquet`);
    await writeFile(path, bytes);
    const outcome = await importFile(duck, { path, plan: table.plan, outPath }).then(() => null, (thrown: unknown) => thrown);
    let code = 'imported';
    let problem: string | null = null;
    if (outcome === null) problem = contradiction(said, (await readRows(duck, { path: outPath, offset: 0, limit: 1000 })).rows);
    else if (outcome instanceof AppError) problem = wrongRefusal(said, table.plan.columns, outcome.failure);
    else problem = `thrown: ${outcome instanceof Error ? outcome.stack : String(outcome)}`;
    if (outcome instanceof AppError) ({ code } = outcome.failure);
    // Named, or at least not the catch-all of what nobody thought of.
    if (code === 'internal/unexpected') problem ??= code;
    if (({} as Record<string, unknown>)['polluted'] !== undefined) problem = 'the prototype of objects is polluted';
    counts[code] = (counts[code] ?? 0) + 1;
    if (said !== null) judgedCount += 1;
    if (problem !== null) problems.push(`${format} ${round}: ${problem}`);
    await Promise.all([rm(path), rm(outPath, { force: true })]);
  }
  return { counts, judgedCount, problems };
}

serveWorker({ mutants });
