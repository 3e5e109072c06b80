/** The right panel: facts about what is selected, in place of a modal. The frame puts it where it belongs, and names it. */
import type { ReactElement, ReactNode } from 'react';
import { IconButton } from './button.tsx';
import styles from './inspector.module.css';

export interface InspectorProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons beside the close button. */
  readonly actions?: ReactNode;
}

export function Inspector({ title, onClose, children, actions }: InspectorProps): ReactElement {
  return (
    <div className={styles['inspector']}>
      <header className={styles['head']}><h2 className="ellipsis">{title}</h2>{actions}<IconButton icon="close" label="Close inspector" onPress={onClose} /></header>
      <div className={styles['body']}>{children}</div>
    </div>
  );
}

export function InspectorSection({ title, children, end }: { readonly title?: string; readonly children: ReactNode; readonly end?: ReactNode }): ReactElement {
  return (
    <section className={styles['section']}>
      {title === undefined ? null : <div className={styles['sectionHead']}><h3 className="heading-small">{title}</h3>{end}</div>}
      {children}
    </section>
  );
}

/** Facts as term and value; the value is selectable text. */
export function Facts({ facts, isWide }: { readonly facts: readonly { readonly term: string; readonly value: ReactNode; readonly title?: string | undefined }[]; readonly isWide?: boolean }): ReactElement {
  return (
    <dl className={isWide ? styles['factsWide'] : styles['facts']}>
      {facts.map((fact) => <div key={fact.term}><dt>{fact.term}</dt><dd className="selectable" title={fact.title}>{fact.value}</dd></div>)}
    </dl>
  );
}
