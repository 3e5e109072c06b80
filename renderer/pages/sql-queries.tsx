/** Queries to go back to: those run here before, and those with a name. */
import { useState, type ReactElement } from 'react';
import { useReadOnlyReason } from '../state/project.ts';
import { valueOr } from '../state/loadable.ts';
import { changeQuery, removeQuery, renameQuery, restoreQuery, saveQuery, takeQuery, useSavedQueries, useSql } from '../state/sql.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatWhen } from '../ui/format.ts';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { VersionsChip } from './versions-chip.tsx';

const shownPast = 20;

export function SqlQueries({ onTaken }: { readonly onTaken: () => void }): ReactElement {
  const readOnly = useReadOnlyReason();
  const { text, past, savedId } = useSql();
  const named = valueOr(useSavedQueries(), []);
  const [dialog, setDialog] = useState<'save' | 'rename' | null>(null);
  const saved = named.find(({ id }) => id === savedId) ?? null;
  const take = (sql: string, id: Parameters<typeof takeQuery>[1]) => { takeQuery(sql, id); onTaken(); };
  const empty = text.trim() === '' ? 'Write a query first.' : null;
  const entries: readonly MenuEntry[] = [
    ...named.map((query): MenuEntry => ({ id: query.id, label: query.name, icon: 'text', run: () => take(query.sql, query.id) })),
    ...(named.length > 0 ? ['separator' as const] : []),
    { id: 'save', label: 'Save this query', icon: 'plus', disabledReason: readOnly ?? empty, run: () => setDialog('save') },
    ...(saved ? [
      { id: 'change', label: `Save the changes to ${saved.name}`, icon: 'check' as const, disabledReason: readOnly ?? empty ?? (saved.sql === text ? 'Nothing was changed.' : null), run: () => { void attempt(() => changeQuery(saved.id, text, saved.sql), { done: `Saved ${saved.name}` }); } },
      { id: 'rename', label: `Rename ${saved.name}`, icon: 'edit' as const, disabledReason: readOnly, run: () => setDialog('rename') },
      { id: 'remove', label: `Remove ${saved.name}`, icon: 'trash' as const, isDanger: true, disabledReason: readOnly, run: () => { void attempt(() => removeQuery(saved.id), { done: `Removed ${saved.name}`, undo: () => restoreQuery(saved.id) }); } },
    ] : []),
  ];
  const pastEntries = past.slice(0, shownPast).map(({ sql, atMs }, index): MenuEntry => ({ id: String(index), label: `${shortened(sql)}  (${formatWhen(atMs, Date.now())})`, icon: 'clock', run: () => take(sql, null) }));
  return (
    <>
      {saved ? <><VersionsChip entity={saved.id} field="name" /><VersionsChip entity={saved.id} field="sql" /></> : null}
      {pastEntries.length > 0 ? <Menu label="Queries run here" entries={pastEntries}><Button kind="ghost" icon="clock" trailingIcon="chevron-down">Run before</Button></Menu> : null}
      <Menu label="Saved queries" entries={entries}><Button icon="list" trailingIcon="chevron-down">{saved?.name ?? 'Saved queries'}</Button></Menu>
      {dialog === 'save' ? <NameDialog title="Save this query" initial="" onClose={() => setDialog(null)} onName={async (name) => takeQuery(text, (await saveQuery(name, text)).id)} /> : null}
      {dialog === 'rename' && saved ? <NameDialog title="Rename the query" initial={saved.name} onClose={() => setDialog(null)} onName={(name) => renameQuery(saved.id, name, saved.name)} /> : null}
    </>
  );
}

function NameDialog({ title, initial, onClose, onName }: { readonly title: string; readonly initial: string; readonly onClose: () => void; readonly onName: (name: string) => Promise<unknown> }): ReactElement {
  const [name, setName] = useState(initial);
  const save = async () => {
    if (name.trim() !== '' && await attempt(() => onName(name.trim()))) onClose();
  };
  return (
    <Dialog title={title} isOpen onClose={onClose} actions={<><Button onPress={onClose}>Cancel</Button><Button kind="primary" disabledReason={name.trim() === '' ? 'Give it a name.' : null} onPress={() => { void save(); }}>Save</Button></>}>
      <TextField label="Name of the query" value={name} onChange={(value) => setName(value.slice(0, 120))} autoFocus onEnter={() => { void save(); }} />
    </Dialog>
  );
}

function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 70 ? `${line.slice(0, 69)}\u2026` : line;
}
