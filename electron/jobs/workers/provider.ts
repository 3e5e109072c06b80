/** The process that tries and measures one provider. A driver may crash or hang it; nothing else is in it. */
import { probeProvider, surveyProviders } from '../../infer/providers.ts';
import { measureProvider } from '../../infer/provider-check.ts';
import { serveWorker, type TaskContext } from '../serve-worker.ts';
import type { ProviderTasks } from '../tasks.ts';

type Handlers = { readonly [T in keyof ProviderTasks]: (input: ProviderTasks[T]['input'], context: TaskContext) => Promise<ProviderTasks[T]['output']> };

const handlers: Handlers = {
  survey: () => Promise.resolve(surveyProviders()),
  probe: ({ name }) => probeProvider(name),
  measure: ({ name }, { report, signal }) => measureProvider(name, { report: (step) => report({ step }), shouldStop: () => signal.aborted }),
};

serveWorker(handlers);
