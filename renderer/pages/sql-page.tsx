/** SQL over the datasets: an editor, what was run before, and the rows, as a table or a chart. */
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { QueryResult, usualRowLimit } from '../../shared/domain/query.ts';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { currentDatasets, latestVersion, useDatasets } from '../state/datasets.ts';
import { cancelJob, hasEnded, useJob } from '../state/jobs.ts';
import { valueOr } from '../state/loadable.ts';
import { useProject } from '../state/project.ts';
import { openSql, runSql, useSql, writeSql } from '../state/sql.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import { RowSplitter } from '../ui/row-splitter.tsx';
import { EmptyState, ErrorPanel } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import type { Failure } from '../../shared/errors.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { SqlEditor, type SqlEditorHandle } from './sql-editor.tsx';
import { SqlQueries } from './sql-queries.tsx';
import { SqlResult } from './sql-result.tsx';
import styles from './sql-page.module.css';

export function SqlPage(): ReactElement {
  const projectId = useProject(({ info }) => (info.status === 'ready' ? info.value.id : null));
  useEffect(() => { if (projectId !== null) openSql(projectId); }, [projectId]);
  const { text, jobId } = useSql();
  const job = useJob(jobId);
  const datasets = valueOr(useDatasets(), []);
  const functions = useCall('queries.functions', {});
  const editor = useRef<SqlEditorHandle>(null);
  const [height, setHeight] = useState(168);
  const schema = useMemo(() => Object.fromEntries(datasets.flatMap((dataset) => {
    const columns = latestVersion(dataset).columns.map(({ name }) => name);
    const older = dataset.versions.slice(0, -1).map((version) => [`${dataset.name}@${version.number}`, version.columns.map(({ name }) => name)] as const);
    return [[dataset.name, columns] as const, ...older];
  })), [datasets]);
  const isRunning = job !== null && !hasEnded(job);
  const nothing = text.trim() === '' ? 'Write a query first.' : null;
  const run = () => { if (!isRunning && useSql.getState().text.trim() !== '') void attempt(() => runSql(usualRowLimit)); };
  useEffect(() => editor.current?.focus(), []);
  useCommands([
    { id: 'sql.run', label: 'Run the query', keys: 'mod+enter', icon: 'play', run, disabledReason: () => (isRunning ? 'A query is running.' : useSql.getState().text.trim() === '' ? 'Write a query first.' : null) },
  ]);
  return (
    <PageFrame title="SQL" actions={<SqlQueries onTaken={() => editor.current?.focus()} />}>
      <div className={styles['view']}>
        <div className={styles['editor']} style={{ height }}>
          <SqlEditor ref={editor} text={text} onChange={writeSql} onRun={run} schema={schema} functions={valueOr(functions.state, noFunctions)} />
        </div>
        <div style={{ position: 'relative' }}><RowSplitter label="Height of the result" value={-height} min={-480} max={-80} onChange={(value) => setHeight(-value)} /></div>
        <div className={styles['toolbar']}>
          {isRunning && jobId ? <Button icon="stopped" onPress={() => { void attempt(() => cancelJob(jobId)); }}>Cancel</Button> : <Button kind="primary" icon="play" keys="mod+enter" disabledReason={nothing} onPress={run}>Run</Button>}
          {text === '' && datasets[0] ? <Button onPress={() => { writeSql(`SELECT *\nFROM ${quoted(currentDatasets()[0]?.name ?? '')}\nLIMIT 100`); editor.current?.focus(); }}>Start with {datasets[0].name}</Button> : null}
        </div>
        <Outcome job={job} onGoTo={(line, column) => editor.current?.goTo(line, column)} />
      </div>
    </PageFrame>
  );
}

const noFunctions: readonly string[] = [];

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function Outcome({ job, onGoTo }: { readonly job: Job | null; readonly onGoTo: (line: number, column: number) => void }): ReactElement {
  if (!job || job.status === 'cancelled') {
    return <EmptyState icon="table">{job ? 'The query was stopped.' : 'The rows of a query stand here. A dataset is a table by its name; "name@2" is its second version.'}</EmptyState>;
  }
  if (!hasEnded(job)) return <div className={styles['running']}><Progress label="Query" done={job.done} total={job.total} isThin /><span className="muted small">{job.step}</span></div>;
  if (job.error) return <Problem error={job.error as Failure} onGoTo={onGoTo} />;
  const result = QueryResult.safeParse(job.outcome);
  if (!result.success) return <EmptyState icon="table">The rows of this query are not here any more.</EmptyState>;
  return <SqlResult key={result.data.resultId} result={result.data} />;
}

function Problem({ error, onGoTo }: { readonly error: Failure; readonly onGoTo: (line: number, column: number) => void }): ReactElement {
  const { line, column } = error.details;
  const place = typeof line === 'number' && typeof column === 'number' ? { line, column } : null;
  return <ErrorPanel title="The query did not run" error={error} actions={place ? <Button icon="arrow-up" onPress={() => onGoTo(place.line, place.column)}>Go to line {place.line}</Button> : null} />;
}
