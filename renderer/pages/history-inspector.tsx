/** What an entry of the history changed, who signed it, and the ways back. */
import { useImperativeHandle, useState, type ReactElement, type Ref } from 'react';
import type { ChangedValue } from '../../shared/domain/changes.ts';
import type { PageId } from '../../shared/domain/ids.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { setQuery } from '../state/route.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { formatClock, formatDateTime, formatHash, formatPlural } from '../ui/format.ts';
import { Facts, Inspector, InspectorSection } from '../ui/inspector.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { ChangedValueView, restorableSides, WrittenValues, type Side } from './changed-value.tsx';
import { PageThen } from './page-then.tsx';
import type { Sitting } from './page-history-words.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import styles from './history-inspector.module.css';

export interface HistoryInspectorHandle {
  /** Asks for the first value of the entry that can be set back; tells whether there is one. */
  readonly restoreFirst: () => boolean;
}

export interface HistoryInspectorProps {
  readonly sitting: Sitting;
  readonly onClose: () => void;
  /** The things it is about, by name, to show only their history. */
  readonly things: readonly { readonly id: string; readonly label: string }[];
  readonly ref?: Ref<HistoryInspectorHandle>;
}

const shownChanges = 30;

export function HistoryInspector({ sitting, onClose, things, ref }: HistoryInspectorProps): ReactElement {
  const { entry, firstAtMs, firstHash } = sitting;
  const span = { hash: entry.hash, from: firstHash === entry.hash ? null : firstHash };
  const { state, reload } = useCall('history.changes', span, ['project', 'dataset', 'run', 'model', 'report', 'page', 'block']);
  const readOnly = useReadOnlyReason();
  const [restoring, setRestoring] = useState<{ readonly change: ChangedValue; readonly side: Side } | null>(null);
  const [page, setPage] = useState<PageId | null>(null);
  const [isWhole, setWhole] = useState(false);
  const changes = state.status === 'ready' ? state.value : null;
  useImperativeHandle(ref, () => ({
    restoreFirst: () => {
      if (readOnly !== null) return false;
      for (const change of changes?.values ?? []) {
        const [side] = restorableSides(change);
        if (side) { setRestoring({ change, side }); return true; }
      }
      return false;
    },
  }));
  const values = changes === null ? [] : isWhole ? changes.values : changes.values.slice(0, shownChanges);
  const written = values.filter((value) => value.kind === 'value' && value.before.length === 0 && restorableSides(value).length === 0);
  const changed = values.filter((value) => !written.includes(value));
  const about = new Set(changed.map(({ entity }) => entity));
  return (
    <Inspector title="Entry" onClose={onClose}>
      <InspectorSection>
        <p className={styles['sentence']}>{entry.sentence}</p>
        <Facts facts={[
          { term: 'When', value: firstAtMs === entry.atMs ? formatDateTime(entry.atMs) : `${formatDateTime(firstAtMs)} to ${formatClock(entry.atMs)}` },
          { term: 'Person', value: entry.person },
          { term: 'Device', value: <span className={styles['device']}>{changes?.device.name ?? null}{changes?.device.isThis ? <span className="muted">this computer</span> : null}<span className="mono muted small">{entry.device}</span></span> },
          ...(entry.flag ? [{ term: 'Trust', value: <StatusLabel tone="danger">Signed after this computer was revoked</StatusLabel> }] : []),
          ...(entry.why ? [{ term: 'Why', value: entry.why }] : []),
          { term: 'Event', value: <CopyText value={entry.hash} shown={formatHash(entry.hash, 3)} label="the hash of this entry" /> },
        ]} />
        {things.length > 0 ? <div className={styles['actions']}>{things.map((thing) => <Button key={thing.id} kind="ghost" isSmall icon="filter" onPress={() => setQuery('entity', thing.id)}>{`Only ${thing.label}`}</Button>)}</div> : null}
      </InspectorSection>
      {changes && changes.pages.length > 0 ? (
        <InspectorSection>
          {changes.pages.map((one) => <Button key={one.id} icon="eye" onPress={() => setPage(one.id as PageId)}>Look at the page as it was then</Button>)}
        </InspectorSection>
      ) : null}
      <InspectorSection title="What changed">
        {state.status === 'loading' ? <Loading label="Reading the change" rows={3} />
          : state.status === 'failed' ? <ErrorPanel isInline error={state.error} onRetry={reload} />
            : values.length === 0 ? <p className="muted">No value of a thing was changed.</p>
              : (
                <>
                  {changed.map((change, index) => <ChangedValueView key={`${change.entity} ${change.field} ${index}`} change={change} readOnly={readOnly} isThingKnown={about.size === 1} onRestore={(one, side) => setRestoring({ change: one, side })} />)}
                  <WrittenValues values={written} />
                </>
              )}
        {changes && changes.values.length > values.length ? <Button kind="ghost" isSmall onPress={() => setWhole(true)}>Show all {formatPlural(changes.values.length, 'value')}</Button> : null}
      </InspectorSection>
      {restoring ? <RestoreDialog {...restoring} span={span} onClose={() => setRestoring(null)} /> : null}
      {page ? <PageThen id={page} hash={entry.hash} atMs={entry.atMs} onClose={() => setPage(null)} /> : null}
    </Inspector>
  );
}
