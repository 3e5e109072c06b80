/** assay resume. */
import type { Command } from 'commander';
import { toFailure } from '../../../shared/errors.ts';
import { getRun } from '../../app/runs.ts';
import { resumeRun } from '../../app/training.ts';
import { exitCodes } from '../exit-codes.ts';
import { findRun } from '../find.ts';
import { command, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { number, printResult } from '../print.ts';
import { withProject } from '../session.ts';

export function resumeCommand(program: Command): void {
  command(program, 'resume <run>', 'Go on with a run that was cancelled, failed or interrupted, from its last checkpoint')
    .action((reference: string, options: CommonOptions) => withProject(sessionOf(options), async (context) => {
      const { id } = findRun(context, reference);
      const { finished } = await resumeRun(context, id);
      await finished.catch((thrown: unknown) => {
        if (toFailure(thrown).code !== 'job/cancelled' || !getRun(context.store, id).result) throw thrown;
        process.exitCode = exitCodes.cancelled; // what it had reached is kept, and shown
      });
      const run = getRun(context.store, id);
      const scores = Object.entries(run.result?.test ?? {}).map(([metric, value]) => `${metric} ${value === null ? 'undefined' : number(value)}`);
      printResult(outputOf(options), run, () => `${run.status === 'cancelled' ? 'Cancelled; what it had reached is kept:\n' : ''}${run.label} ${run.name}: went on from epoch ${(run.resumes?.lastEpoch ?? 0).toFixed(1)}; ${scores.join(', ')}`);
    }));
}
