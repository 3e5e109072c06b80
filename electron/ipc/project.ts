/** Channels of the project as a whole. */
import { startVerifyProject } from '../app/project-check.ts';
import * as app from '../app/project.ts';
import type { projectChannels } from '../../shared/contract/project.ts';
import { done, type Handlers } from './serve.ts';

export const projectHandlers: Handlers<keyof typeof projectChannels> = {
  'project.get': (context) => app.getProject(context),
  'project.rename': (context, { name, basedOn }) => done(app.renameProject(context, name, basedOn)),
  'project.diagnose': (context) => app.diagnose(context),
  'project.heads': (context) => app.listHeads(context),
  'project.verify': (context) => ({ jobId: startVerifyProject(context).jobId }),
};
