/** A notebook page: its title, its blocks, and beside them who changed what when. There is no save button. */
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { BlockId, PageId } from '../../shared/domain/ids.ts';
import type { Page } from '../../shared/domain/pages.ts';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { removePage, renamePage, restorePage } from '../state/pages.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { toggleInspector, usePanels, useUi } from '../state/ui.ts';
import { useCall } from '../state/use-call.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { formatDateTime, formatDay, formatPlural } from '../ui/format.ts';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { Menu } from '../ui/menu.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { PageBlocks } from './page-blocks.tsx';
import { PageHistory } from './page-history.tsx';
import { PageSaved } from './page-saved.tsx';
import { preloadEditor } from './page-text.tsx';
import { VersionsChip } from './versions-chip.tsx';
import styles from './page-page.module.css';

export function NotebookPage({ id }: { readonly id: string }): ReactElement {
  const { state, reload } = useCall('pages.get', { id: id as PageId }, ['page', 'block']);
  const crumbs = [{ label: 'Pages', to: routes.pages() }];
  if (state.status === 'loading') return <PageFrame crumbs={crumbs} title="Page"><Loading label="Reading the page" /></PageFrame>;
  if (state.status === 'failed') {
    if (state.error.code !== 'store/not-found') return <PageFrame crumbs={crumbs} title="Page"><ErrorPanel error={state.error} onRetry={reload} /></PageFrame>;
    return <PageFrame crumbs={crumbs} title="Page"><EmptyState icon="page" actions={<><Button onPress={() => void attempt(() => restorePage(id as PageId))}>Put it back</Button><Button onPress={() => navigate(routes.pages())}>All pages</Button></>}>This page was removed from the project.</EmptyState></PageFrame>;
  }
  return <PageView page={state.value} />;
}

function PageView({ page }: { readonly page: Page }): ReactElement {
  const readOnly = useReadOnlyReason();
  const isInspectorOpen = usePanels((state) => state.isInspectorOpen);
  const [selected, setSelected] = useState<BlockId | null>(null);
  const [adding, setAdding] = useState<{ readonly after: BlockId | null } | null>(null);
  const [isFresh] = useState(() => useUi.getState().freshPage === page.id);
  const [writesFirst, setWritesFirst] = useState(false);
  const onFirst = useCallback(() => setWritesFirst(false), []);
  useEffect(() => { if (isFresh) useUi.setState({ freshPage: null }); }, [isFresh]);
  useEffect(() => { if (readOnly === null) preloadEditor(); }, [readOnly]);
  const startAdding = useCallback((after: BlockId | null) => setAdding({ after }), []);
  const lastId = page.blocks.at(-1)?.id ?? null;
  const addAfterSelected = () => startAdding(selected !== null && page.blocks.some((block) => block.id === selected) ? selected : lastId);
  useCommands([
    { id: 'page.addBlock', label: 'Add a block', keys: '/', icon: 'plus', words: 'text run dataset drift chart', run: addAfterSelected, disabledReason: () => readOnly },
    { id: 'page.remove', label: 'Remove this page', keys: null, icon: 'trash', run: () => remove(page), disabledReason: () => readOnly },
  ]);
  const inspector = <PageHistory page={page} selected={selected} onClose={toggleInspector} onWholePage={() => setSelected(null)} />;
  const people = page.changedBy === page.createdBy ? page.createdBy : `${page.createdBy} and ${page.changedBy}`;
  return (
    <PageFrame
      crumbs={[{ label: 'Pages', to: routes.pages() }]} title={page.title} inspector={inspector}
      actions={(
        <>
          <PageSaved changedAtMs={page.changedAtMs} />
          <Button kind="ghost" icon="plus" keys="/" disabledReason={readOnly} onPress={addAfterSelected}>Block</Button>
          <Menu label="Page" entries={[{ id: 'remove', label: 'Remove page', icon: 'trash', isDanger: true, disabledReason: readOnly, run: () => void remove(page) }]}>
            <IconButton icon="more" label="More on this page" />
          </Menu>
          <IconButton icon="split" label={isInspectorOpen ? 'Hide history' : 'Show history'} keys="mod+." isActive={isInspectorOpen} onPress={toggleInspector} />
        </>
      )}
    >
      <article className={styles['sheet']} aria-label={page.title}>
        <header className={styles['header']}>
          <h2>
            <InlineEdit label="Title of the page" value={page.title} isRequired isReadOnly={readOnly !== null} maxLength={200} className={styles['title']} startsOpen={isFresh} onNext={() => setWritesFirst(true)} onCommit={(title, basedOn) => void attempt(() => renamePage(page.id, title, basedOn))} />
            <VersionsChip entity={page.id} field="title" />
          </h2>
          <p className={styles['facts']}>{people} {'\u00b7'} <span title={formatDateTime(page.createdAtMs)}>Started {formatDay(page.createdAtMs)}</span> {'\u00b7'} {formatPlural(page.blocks.length, 'block')}</p>
        </header>
        <PageBlocks page={page} isReadOnly={readOnly !== null} selected={selected} onSelect={setSelected} adding={adding} onAdding={setAdding} writesFirst={writesFirst} onFirst={onFirst} />
      </article>
    </PageFrame>
  );
}

async function remove(page: Page): Promise<void> {
  navigate(routes.pages());
  await attempt(() => removePage(page.id), { done: `Removed the page \u201c${page.title}\u201d`, undo: () => restorePage(page.id) });
}
