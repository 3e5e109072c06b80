/** Beside the filter of the datasets: searches that were saved, and tags for all that are selected. */
import { useState, type ReactElement } from 'react';
import { formatTag, type Dataset, type Tag } from '../../shared/domain/datasets.ts';
import { removeSearch, restoreSearch, retagDatasets, saveSearch, useSearches } from '../state/classification.ts';
import { tagsInUse } from '../state/datasets.ts';
import { valueOr } from '../state/loadable.ts';
import { Button } from '../ui/button.tsx';
import { formatPlural } from '../ui/format.ts';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { TagEditor } from '../ui/tag-editor.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt, showToast } from '../ui/toast.tsx';
import styles from './datasets-page.module.css';

export interface SavedSearchesProps {
  /** What stands in the filter now. */
  readonly query: string;
  readonly readOnly: string | null;
  readonly onChoose: (query: string) => void;
}

/** A menu of the saved searches; the one in the filter can be saved under a name, or removed where it is one of them. */
export function SavedSearches({ query, readOnly, onChoose }: SavedSearchesProps): ReactElement | null {
  const searches = valueOr(useSearches(), []);
  const [name, setName] = useState<string | null>(null);
  const current = searches.find((search) => search.query === query.trim());
  const save = () => {
    if (name?.trim()) void attempt(() => saveSearch(name.trim(), query.trim()), { done: `Saved the search ${name.trim()}` });
    setName(null);
  };
  if (name !== null) {
    return (
      <>
        <TextField label="Name of the search" isLabelHidden value={name} autoFocus placeholder="Name of the search" onChange={setName} onEnter={save} onEscape={() => setName(null)} />
        <Button isSmall disabledReason={name.trim() === '' ? 'Give the search a name.' : readOnly} onPress={save}>Save</Button>
      </>
    );
  }
  const entries: MenuEntry[] = [
    ...searches.map((search): MenuEntry => ({ id: search.id, label: `${search.name}: ${search.query}`, icon: 'search', isChecked: search === current, run: () => onChoose(search.query) })),
    ...(searches.length > 0 ? ['separator' as const] : []),
    current
      ? { id: 'remove', label: `Remove ${current.name}`, icon: 'trash', disabledReason: readOnly, run: () => { void attempt(() => removeSearch(current.id), { done: `Removed the search ${current.name}`, undo: () => restoreSearch(current.id) }); } }
      : { id: 'save', label: 'Save this search', icon: 'plus', disabledReason: query.trim() === '' ? 'Write a search first.' : readOnly, run: () => setName('') },
  ];
  return <Menu label="Saved searches" entries={entries}><Button kind="ghost" icon="filter" trailingIcon="chevron-down">{current?.name ?? 'Searches'}</Button></Menu>;
}

export interface TagSelectedProps {
  readonly all: readonly Dataset[];
  readonly chosen: readonly Dataset[];
  readonly readOnly: string | null;
  readonly onDone: () => void;
}

/** Puts one tag on all that are selected, or takes one off; taking it back touches only those that changed. */
export function TagSelected({ all, chosen, readOnly, onDone }: TagSelectedProps): ReactElement {
  const ids = chosen.map(({ id }) => id);
  const change = (tag: Tag, isAdded: boolean) => {
    void attempt(async () => {
      const parts = (on: boolean) => (on ? { add: [tag] } : { remove: [tag] });
      const changed = await retagDatasets(ids, parts(isAdded));
      const sentence = `${isAdded ? 'Tagged' : 'Untagged'} ${formatPlural(changed.length, 'dataset')}: ${formatTag(tag)}`;
      showToast(sentence, changed.length > 0 ? { undo: () => { void attempt(() => retagDatasets(changed, parts(!isAdded))); } } : {});
    });
  };
  return (
    <div className={styles['selected']} role="group" aria-label="Selected datasets">
      <span className="small">{formatPlural(chosen.length, 'dataset')} selected</span>
      <TagEditor tags={tagsInUse(chosen).slice(0, 6)} suggestions={tagsInUse(all)} isReadOnly={readOnly !== null} onAdd={(tag) => change(tag, true)} onRemove={(tag) => change(tag, false)} />
      <Button kind="ghost" isSmall onPress={onDone}>Clear</Button>
    </div>
  );
}
