/** Ctrl/Cmd+K: one box that finds commands, pages, datasets, runs, models and reports. A command that is off says why. */
import { useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { currentDatasets } from '../state/datasets.ts';
import { currentReports } from '../state/drift.ts';
import { currentModels } from '../state/models.ts';
import { currentPages } from '../state/pages.ts';
import { navigate, routes } from '../state/route.ts';
import { currentRuns } from '../state/runs.ts';
import { showOverlay } from '../state/ui.ts';
import { SeriesDot } from '../ui/chip.tsx';
import { classNames } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { statusTones } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { currentCommands } from './commands.ts';
import { findEntries, markMatch, type PaletteEntry } from './palette-search.ts';
import styles from './palette.module.css';

export function Palette(): ReactElement {
  const close = () => showOverlay(null);
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(isOpen) => { if (!isOpen) close(); }} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}><Dialog aria-label="Search and commands" className={styles['dialog'] ?? ''}><PaletteBody close={close} /></Dialog></Modal>
    </ModalOverlay>
  );
}

function PaletteBody({ close }: { readonly close: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const listRef = useRef<HTMLDivElement>(null);
  const all = useMemo(gatherEntries, []);
  const groups = useMemo(() => findEntries(all, text), [all, text]);
  const flat = groups.flatMap((group) => group.entries);
  const chosen = flat[Math.min(index, flat.length - 1)];

  const run = (entry: PaletteEntry | undefined) => {
    if (!entry || entry.disabledReason) return;
    close();
    // The dialog gives the focus back before the command moves it.
    setTimeout(() => { void attempt(async () => entry.run()); });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined && flat.length > 0) {
      const next = Math.abs(step) === 1 ? (index + step + flat.length) % flat.length : Math.min(flat.length - 1, Math.max(0, index + step));
      setIndex(next);
      listRef.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') run(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <div onKeyDown={onKeyDown} className={styles['body']}>
      <div className={styles['search']}>
        <Icon name="search" />
        <input
          autoFocus value={text} onChange={(event) => { setText(event.target.value); setIndex(0); }} placeholder="Find a page, dataset, run or command" className={styles['input']} spellCheck={false}
          role="combobox" aria-label="Search and commands" aria-expanded aria-controls="palette-list" aria-autocomplete="list" {...(chosen ? { 'aria-activedescendant': `palette-${flat.indexOf(chosen)}` } : {})}
        />
        <KeyHint keys="escape" />
      </div>
      <div ref={listRef} id="palette-list" role="listbox" aria-label="Results" className={styles['list']}>
        {flat.length === 0 ? <p className={styles['none']}>Nothing is called that. Try a shorter word.</p> : null}
        {groups.map((group) => (
          <div key={group.name} role="group" aria-label={group.name}>
            <div className={styles['group']} aria-hidden>{group.name}</div>
            {group.entries.map((entry) => {
              const place = flat.indexOf(entry);
              return (
                <div
                  key={entry.id} id={`palette-${place}`} data-index={place} role="option" aria-selected={entry === chosen} aria-disabled={Boolean(entry.disabledReason)}
                  className={classNames(styles['entry'], entry === chosen && styles['chosen'], entry.disabledReason && styles['off'])} onMouseMove={() => setIndex(place)} onClick={() => run(entry)}
                >
                  {entry.colour === undefined ? <Icon name={entry.icon} /> : <span className={styles['dot']}><SeriesDot colour={entry.colour} /></span>}
                  <span className="ellipsis">{markMatch(entry.label, text).map((part, at) => part.isMatch ? <b key={at}>{part.text}</b> : <span key={at}>{part.text}</span>)}</span>
                  <span className={styles['detail']}>{entry.disabledReason ?? entry.detail}</span>
                  {entry.keys && !entry.disabledReason ? <KeyHint keys={entry.keys} /> : null}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <div className={styles['foot']}><KeyHint keys="up" /><KeyHint keys="down" /><span>move</span><KeyHint keys="enter" /><span>run</span><span className={styles['space']} /><KeyHint keys="?" /><span>all keys</span></div>
    </div>
  );
}

/** Everything that can be found, at the moment the palette opens. */
function gatherEntries(): PaletteEntry[] {
  return [
    ...currentCommands().filter((command) => command.id !== 'palette.open').map((command): PaletteEntry => ({
      id: command.id, group: 'Commands', label: command.label, words: command.words ?? '', icon: command.icon, detail: '', keys: command.keys, disabledReason: command.disabledReason?.() ?? null, run: command.run,
    })),
    ...currentPages().map((page): PaletteEntry => entry(`page ${page.id}`, 'Pages', page.title, 'page', page.changedBy, () => navigate(routes.page(page.id)))),
    ...currentDatasets().map((dataset): PaletteEntry => entry(`dataset ${dataset.id}`, 'Datasets', dataset.name, 'database', dataset.versions.length === 1 ? '1 version' : `${dataset.versions.length} versions`, () => navigate(routes.dataset(dataset.id)))),
    ...currentRuns().map((run): PaletteEntry => ({ ...entry(`run ${run.id}`, 'Runs and models', `${run.label} ${run.name}`, 'runs', statusTones[run.status].word, () => navigate(routes.run(run.id))), colour: run.colour })),
    ...currentModels().map((model): PaletteEntry => entry(`model ${model.id}`, 'Runs and models', model.name, 'cube', model.stage, () => navigate(routes.model(model.id)))),
    ...currentReports().map((report): PaletteEntry => entry(`report ${report.id}`, 'Drift', report.name, 'pulse', report.drifted ? 'Drifted' : 'No drift', () => navigate(routes.report(report.id)))),
  ];
}

function entry(id: string, group: string, label: string, icon: PaletteEntry['icon'], detail: string, run: () => void): PaletteEntry {
  return { id, group, label, words: '', icon, detail, keys: null, disabledReason: null, run };
}
