/** The keys of a command as they look on this keyboard: "mod+k" is Ctrl K or the Mac's sign. */
import type { ReactElement } from 'react';
import styles from './key-hint.module.css';

const isMac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');
const names: Readonly<Record<string, string>> = {
  mod: isMac ? '\u2318' : 'Ctrl', shift: isMac ? '\u21e7' : 'Shift', alt: isMac ? '\u2325' : 'Alt',
  enter: 'Enter', escape: 'Esc', up: '\u2191', down: '\u2193', left: '\u2190', right: '\u2192', space: 'Space',
};

/** Splits "g r" (one after the other) and "mod+k" (together) into the words on the keys. */
export function keyLabels(keys: string): string[] {
  return keys.split(' ').map((chord) =>
    chord.split('+').map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1))).join(isMac ? '' : ' '));
}

export function KeyHint({ keys }: { readonly keys: string }): ReactElement {
  return (
    <span className={styles['keys']} aria-hidden>
      {keyLabels(keys).map((label, index) => <kbd key={`${index}${label}`} className={styles['key']}>{label}</kbd>)}
    </span>
  );
}
