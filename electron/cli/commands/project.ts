/** assay new: a new project. */
import type { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { getProject } from '../../app/project.ts';
import { command, nameFrom, outputOf, type CommonOptions } from '../options.ts';
import { printResult } from '../print.ts';
import { withNewProject } from '../session.ts';

export function projectCommands(program: Command): void {
  command(program, 'new <folder>', 'Make a new project in an empty or new folder')
    .option('--name <name>', 'its name; the folder\'s name by default')
    .action(async (folder: string, options: CommonOptions & { name?: string }) => {
      const name = nameFrom(options.name ?? basename(resolve(folder)));
      const project = await withNewProject({ folder, name }, (context) => getProject(context));
      printResult(outputOf(options), project, () => `Made the project "${project.name}" in ${project.folder}`);
    });
}
