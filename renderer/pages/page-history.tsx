/** Who changed what when on a page: the log of the page and its blocks; typing of one sitting is one line. */
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { HistoryEntry } from '../../shared/domain/history.ts';
import type { BlockId } from '../../shared/domain/ids.ts';
import type { Page } from '../../shared/domain/pages.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { RouteLink } from '../app/link.tsx';
import { loadPageHistory } from '../state/page-history.ts';
import { routes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { formatDateTime, formatHash, formatWhen } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Inspector, InspectorSection } from '../ui/inspector.tsx';
import { ErrorPanel } from '../ui/states.tsx';
import { kindWords } from './page-block.tsx';
import { joinEdits } from './page-history-words.ts';
import styles from './page-history.module.css';

export interface PageHistoryProps {
  readonly page: Page;
  readonly selected: BlockId | null;
  readonly onClose: () => void;
  readonly onWholePage: () => void;
}

export function PageHistory({ page, selected, onClose, onWholePage }: PageHistoryProps): ReactElement {
  const block = page.blocks.find((one) => one.id === selected) ?? null;
  const places = useMemo(() => new Map(page.blocks.map((one, index) => [one.id as string, index + 1])), [page]);
  const { entries, failure } = useEntries(page);
  const shown = useMemo(() => joinEdits(block ? entries?.filter((entry) => entry.entities.includes(block.id)) ?? [] : entries ?? []), [entries, block]);
  return (
    <Inspector title={block ? `${kindWords[block.content.kind]}, block ${places.get(block.id) ?? ''}` : 'History'} onClose={onClose}>
      {failure ? <ErrorPanel isInline error={failure} /> : (
        <InspectorSection title={block ? 'This block' : 'This page'} {...(block ? { end: <Button kind="ghost" isSmall onPress={onWholePage}>Whole page</Button> } : {})}>
          <ol className={styles['entries']}>
            {shown.map((entry) => {
              const place = entry.entities.map((id) => places.get(id)).find(Boolean);
              return (
                <li key={entry.hash} className={styles['entry']}>
                  <time title={`${formatDateTime(entry.atMs)}, event ${formatHash(entry.hash, 4)}`}>{formatWhen(entry.atMs, Date.now())}</time>
                  <p className="selectable"><b>{entry.person}</b> {entry.words}{!block && place ? <span className={styles['place']}> (block {place})</span> : null}</p>
                </li>
              );
            })}
          </ol>
          {entries !== null && shown.length === 0 ? <p className="muted">Nothing has been changed yet.</p> : null}
          <p className={styles['note']}><Icon name="shield" size={12} />Signed and chained; see <RouteLink to={routes.history({ entity: block?.id ?? page.id })}>the log</RouteLink></p>
        </InspectorSection>
      )}
    </Inspector>
  );
}

/** The events of the page and its blocks, newest first; asked again a second after a change. */
function useEntries(page: Page): { readonly entries: readonly HistoryEntry[] | null; readonly failure: Failure | null } {
  const isFirst = useRef(true);
  const [state, setState] = useState<{ entries: readonly HistoryEntry[] | null; failure: Failure | null }>({ entries: null, failure: null });
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      void loadPageHistory(page).then(
        (entries) => { if (isCurrent) setState({ entries, failure: null }); },
        (thrown: unknown) => { if (isCurrent) setState((before) => ({ ...before, failure: toFailure(thrown) })); },
      );
    }, isFirst.current ? 0 : 1000);
    isFirst.current = false;
    return () => { isCurrent = false; clearTimeout(timer); };
  }, [page]);
  return state;
}
