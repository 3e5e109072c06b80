/** assay new, assay status: a project and its health. */
import type { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { diagnose, getProject } from '../../app/project.ts';
import { command, nameFrom, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { counted, printResult } from '../print.ts';
import { withNewProject, withProject } from '../session.ts';

export function projectCommands(program: Command): void {
  command(program, 'new <folder>', 'Make a new project in an empty or new folder')
    .option('--name <name>', 'its name; the folder\'s name by default')
    .action(async (folder: string, options: CommonOptions & { name?: string }) => {
      const name = nameFrom(options.name ?? basename(resolve(folder)));
      const project = await withNewProject({ folder, name }, (context) => getProject(context));
      printResult(outputOf(options), project, () => `Made the project "${project.name}" in ${project.folder}`);
    });

  command(program, 'status', 'Say what the project holds and whether it is sound')
    .action((options: CommonOptions) => withProject(sessionOf(options), async (context) => {
      const project = getProject(context);
      const health = await diagnose(context);
      printResult(outputOf(options), { ...project, ...health }, () => [
        `${project.name} in ${project.folder}`,
        ...(project.canWrite ? [] : [`Open for reading only: ${project.readOnlyReason}`]),
        [counted(project.counts.datasets, 'dataset'), counted(project.counts.runs, 'run'), counted(project.counts.models, 'model'), counted(project.counts.reports, 'drift report'), counted(project.counts.pages, 'page')].join(', '),
        `${counted(health.eventCount, 'event')}, ${counted(health.objectCount, 'object')}, state ${health.stateHash.slice(0, 8)}`,
        health.problems.length === 0 ? 'No damaged file' : health.problems.map(({ file, what }) => `${file}: ${what}`).join('\n'),
      ].join('\n'));
    }));
}
