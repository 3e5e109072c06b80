/** What one can do with a run, in the bar of its page. */
import { useState, type ReactElement } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { useCommands } from '../app/command.ts';
import { hasEnded, useJobs } from '../state/jobs.ts';
import { valueOr } from '../state/loadable.ts';
import { registerModel, useModels } from '../state/models.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { verifyRun } from '../state/runs.ts';
import { selectRuns } from '../state/runs-view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Menu } from '../ui/menu.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';

export function RunActions({ run, onRemove }: { readonly run: Run; readonly onRemove: () => void }): ReactElement {
  const readOnly = useReadOnlyReason();
  const models = useModels();
  const model = valueOr(models, []).find((one) => one.runId === run.id);
  const isVerifying = useJobs((state) => Object.values(state.jobs).some((job) => job.kind === 'rerun' && job.subject['runId'] === run.id && !hasEnded(job)));
  const [name, setName] = useState<string | null>(null);
  const noResult = run.result && run.status !== 'running' ? null : 'The run has no result yet.';
  const verify = () => attempt(() => verifyRun(run.id));
  const whyNotRemove = readOnly ?? (run.status === 'running' ? 'Cancel the run before you remove it.' : null);
  useCommands([
    { id: 'run.verify', label: 'Run again and verify', keys: 'v', icon: 'shield', run: verify, disabledReason: () => noResult },
    { id: 'run.variant', label: 'Train a variant', keys: 't', icon: 'play', run: () => navigate(routes.train({ from: run.id })), disabledReason: () => readOnly },
  ]);
  const register = async () => {
    const chosen = name?.trim() ?? '';
    if (chosen === '') return;
    setName(null);
    await attempt(async () => { const { id } = await registerModel(run.id, chosen); navigate(routes.model(id)); });
  };
  return (
    <>
      <Menu label="More" entries={[
        { id: 'compare', label: 'Show in the runs table', icon: 'compare', run: () => { selectRuns(new Set([run.id])); navigate(routes.runs()); } },
        { id: 'history', label: 'History of this run', icon: 'clock', run: () => navigate(routes.history({ entity: run.id })) },
        'separator',
        { id: 'remove', label: 'Remove', icon: 'trash', isDanger: true, disabledReason: whyNotRemove, run: onRemove },
      ]}>
        <IconButton icon="more" label="More" />
      </Menu>
      <Button icon="shield" isPending={isVerifying} disabledReason={noResult} onPress={() => void verify()}>Run again and verify</Button>
      <Button icon="play" disabledReason={readOnly} onPress={() => navigate(routes.train({ from: run.id }))}>Train a variant</Button>
      {model ? <Button kind="primary" icon="cube" onPress={() => navigate(routes.model(model.id))}>Open model</Button>
        : <Button kind="primary" icon="cube" disabledReason={readOnly ?? noResult} onPress={() => setName(run.name)}>Register model</Button>}
      <Dialog
        title="Register model" isOpen={name !== null} onClose={() => setName(null)} width={400}
        actions={<><Button onPress={() => setName(null)}>Cancel</Button><Button kind="primary" isDisabled={(name ?? '').trim() === ''} onPress={() => void register()}>Register</Button></>}
      >
        <p className="muted">A registered model has a stage and predicts on other data. It starts as a candidate.</p>
        <TextField label="Name" value={name ?? ''} autoFocus onChange={setName} onEnter={() => void register()} />
      </Dialog>
    </>
  );
}
