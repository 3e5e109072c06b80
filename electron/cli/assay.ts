#!/usr/bin/env node
/**
 * The `assay` command: the same use cases as the window, without one.
 * Exit codes: 0 done, 1 failed, 2 wrong use, 3 a verification found something, 130 cancelled by Ctrl+C.
 */
import { Command, CommanderError } from 'commander';
import { failureOf, toFailure } from '../../shared/errors.ts';
import { archiveCommands } from './commands/archive.ts';
import { classifyCommands } from './commands/classify.ts';
import { dataCommands } from './commands/data.ts';
import { demoCommand } from './commands/demo.ts';
import { diffCommand } from './commands/diff.ts';
import { driftCommand } from './commands/drift.ts';
import { folderCommands } from './commands/folder.ts';
import { importCommands } from './commands/import.ts';
import { pageCommands } from './commands/page.ts';
import { peopleCommands } from './commands/people.ts';
import { pixelsCommand } from './commands/pixels.ts';
import { policyCommands } from './commands/policy.ts';
import { projectCommands } from './commands/project.ts';
import { providerCommands } from './commands/providers.ts';
import { queryCommands } from './commands/query.ts';
import { resumeCommand } from './commands/resume.ts';
import { saveCommand } from './commands/save.ts';
import { trainCommands } from './commands/train.ts';
import { exitCodes } from './exit-codes.ts';
import { printFailure } from './print.ts';
import { appVersion } from './version.ts';

async function main(argv: readonly string[]): Promise<number> {
  const isJson = argv.includes('--json');
  const program = new Command('assay')
    .description('An offline lab notebook for machine learning. Every command takes --json for programs and --project DIR (default: the current folder or one above it).')
    .version(appVersion)
    .showHelpAfterError(!isJson)
    .exitOverride();
  if (isJson) program.configureOutput({ outputError: () => undefined });
  for (const register of [projectCommands, folderCommands, importCommands, dataCommands, classifyCommands, policyCommands, queryCommands, saveCommand, pixelsCommand, trainCommands, resumeCommand, diffCommand, driftCommand, pageCommands, peopleCommands, archiveCommands, providerCommands, demoCommand]) register(program);
  try {
    await program.parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.done;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return exitCodes.done;
      if (isJson) printFailure({ isJson }, failureOf('cli/usage', { message: thrown.message.replace(/^error: /, '') }));
      return exitCodes.usage;
    }
    const failure = toFailure(thrown);
    printFailure({ isJson }, failure);
    if (failure.code === 'internal/unexpected' && process.env['ASSAY_DEBUG']) console.error(thrown);
    if (failure.code === 'job/cancelled') return exitCodes.cancelled;
    return failure.code === 'cli/usage' ? exitCodes.usage : exitCodes.failed;
  }
}

// Who reads our output may leave, as `head` does: then there is nobody to tell, and nothing is wrong.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv);
