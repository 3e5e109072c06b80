/** `?`: every key there is now, read from the same commands that run. */
import type { ReactElement } from 'react';
import { showOverlay } from '../state/ui.ts';
import { Dialog } from '../ui/dialog.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import type { Command } from './command.ts';
import { currentViewCommands } from './command.ts';
import { globalCommands } from './commands.ts';
import styles from './keys-help.module.css';

const inLists: readonly { readonly keys: string; readonly label: string }[] = [
  { keys: 'j', label: 'Next row' }, { keys: 'k', label: 'Previous row' }, { keys: 'x', label: 'Select the row' },
  { keys: 'shift+j', label: 'Extend the selection' }, { keys: 'enter', label: 'Open the row' },
];

export function KeysHelp(): ReactElement {
  const here = currentViewCommands().filter((command) => command.keys !== null);
  return (
    <Dialog title="Keys" isOpen onClose={() => showOverlay(null)} width={720}>
      <div className={styles['columns']}>
        {here.length > 0 ? <Section title="This view" commands={here} /> : null}
        <Section title="Everywhere" commands={globalCommands.filter((command) => command.keys !== null && !command.keys.startsWith('g '))} />
        <Section title="Go to" commands={globalCommands.filter((command) => command.keys?.startsWith('g '))} />
        <Section title="In tables" commands={inLists} />
      </div>
    </Dialog>
  );
}

function Section({ title, commands }: { readonly title: string; readonly commands: readonly (Pick<Command, 'label'> & { readonly keys: string | null })[] }): ReactElement {
  return (
    <section className={styles['section']}>
      <h3 className="heading-small">{title}</h3>
      <dl>{commands.map((command) => <div key={command.label}><dt>{command.label}</dt><dd>{command.keys ? <><KeyHint keys={command.keys} /><span className="visually-hidden">{command.keys}</span></> : null}</dd></div>)}</dl>
    </section>
  );
}
