/** The fingerprint of a key as eight numbered words, for two people to read to each other. */
import type { ReactElement } from 'react';
import styles from './people-page.module.css';

export function EightWords({ words, isLarge, label }: { readonly words: readonly string[]; readonly isLarge?: boolean; readonly label: string }): ReactElement {
  return (
    <ol className={isLarge ? styles['wordsLarge'] : styles['words']} aria-label={label}>
      {words.map((word, index) => <li key={index}><span className={styles['wordNumber']} aria-hidden>{index + 1}</span><span className="mono selectable">{word}</span></li>)}
    </ol>
  );
}
