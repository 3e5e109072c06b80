/** A menu behind a button. Items that are off say why. */
import type { ReactElement } from 'react';
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { KeyHint } from './key-hint.tsx';
import styles from './menu.module.css';

export type MenuEntry = 'separator' | {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly keys?: string | undefined;
  readonly disabledReason?: string | null;
  readonly isDanger?: boolean;
  /** Shown as ticked; undefined for plain actions. */
  readonly isChecked?: boolean;
  readonly run: () => void;
};

export interface MenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** The button that opens it. */
  readonly children: ReactElement;
  /** Stays open after a choice, for lists of ticks. */
  readonly staysOpen?: boolean;
}

export function Menu({ label, entries, children, staysOpen }: MenuProps): ReactElement {
  const run = (id: string) => {
    const entry = entries.find((candidate) => candidate !== 'separator' && candidate.id === id);
    if (entry && entry !== 'separator' && !entry.disabledReason) entry.run();
  };
  return (
    <MenuTrigger>
      {children}
      <Popover className={styles['popover'] ?? ''} offset={4}>
        <AriaMenu
          aria-label={label} onAction={(key) => run(String(key))} className={styles['menu'] ?? ''} {...(staysOpen ? { shouldCloseOnSelect: false } : {})}
          disabledKeys={entries.flatMap((entry) => (entry !== 'separator' && entry.disabledReason ? [entry.id] : []))}
        >
          {entries.map((entry, index) => entry === 'separator' ? <Separator key={index} className={styles['separator'] ?? ''} /> : (
            <AriaMenuItem key={entry.id} id={entry.id} textValue={entry.label} className={classNames(styles['item'], entry.isDanger && styles['danger'])}>
              {entry.isChecked === undefined
                ? <span className={styles['icon']}>{entry.icon ? <Icon name={entry.icon} /> : null}</span>
                : <span className={styles['icon']}>{entry.isChecked ? <Icon name="check" size={12} label="shown" /> : null}</span>}
              <span>{entry.label}{entry.disabledReason ? <small>{entry.disabledReason}</small> : null}</span>
              {entry.keys ? <KeyHint keys={entry.keys} /> : null}
            </AriaMenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
