/** assay drift: compare two datasets, or one cut by a column. */
import type { Command } from 'commander';
import { DriftSpec } from '../../../shared/domain/drift.ts';
import { fail } from '../../../shared/errors.ts';
import { getReport, startDrift } from '../../app/drift.ts';
import { findVersion } from '../find.ts';
import { command, nameFrom, outputOf, sessionOf, toList, toNumber, type CommonOptions } from '../options.ts';
import { number, printResult, table } from '../print.ts';
import { withProject } from '../session.ts';

interface DriftOptions extends CommonOptions {
  readonly by?: string;
  readonly period?: string;
  readonly windows: number;
  readonly columns?: string[];
  readonly name?: string;
}

export function driftCommand(program: Command): void {
  command(program, 'drift <reference> [current]', 'Measure drift between two datasets, or within one that is cut by a column')
    .option('--by <column>', 'cut the reference by this column')
    .option('--period <period>', 'for dates: day, week or month')
    .option('--windows <n>', 'how many first windows are the reference', toNumber, 1)
    .option('--columns <columns>', 'compare only these, comma-separated', toList)
    .option('--name <name>', 'name of the report')
    .action((reference: string, current: string | undefined, options: DriftOptions) => withProject(sessionOf(options), async (context) => {
      if ((current === undefined) === (options.by === undefined)) throw fail('cli/usage', { message: 'Give either a second dataset or --by COLUMN.' });
      const version = findVersion(context, reference).version.id;
      const columns = options.columns ?? null;
      const parsed = DriftSpec.safeParse(current === undefined
        ? { kind: 'cut', version, cutBy: options.by, period: options.period ?? null, referenceWindows: options.windows, columns }
        : { kind: 'two-versions', reference: version, current: findVersion(context, current).version.id, columns });
      if (!parsed.success) throw fail('cli/usage', { message: `The option --${parsed.error.issues[0]?.path.join('.') ?? ''} is wrong: ${parsed.error.issues[0]?.message ?? ''}.` });
      const { reportId, finished } = startDrift(context, { name: nameFrom(options.name ?? `${reference} ${current ? `against ${current}` : `by ${options.by}`}`), spec: parsed.data });
      await finished;
      const report = await getReport(context, reportId);
      printResult(outputOf(options), report, () => report.windows.map((window) => [
        `${window.label}: ${Math.round(window.driftedShare * 100)} % of the columns drifted${window.drifted ? ', so the data have drifted' : ''} (${number(window.rowCount)} rows)`,
        table(['Column', 'Test', 'Score', 'Threshold', 'Drifted', ''], window.columns.map((each) => [each.column, each.test, each.score, each.threshold, each.drifted ? 'yes' : 'no', each.sentence])),
      ].join('\n')).join('\n\n'));
    }));
}
