/** What every embedded thing stands in: an icon, a name that leads to it, its status, and the content. */
import type { ReactElement, ReactNode } from 'react';
import { RouteLink } from '../../app/link.tsx';
import type { Route } from '../../state/route.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import styles from './card.module.css';

export interface CardProps {
  readonly icon?: IconName;
  /** In place of the icon: a run's dot. */
  readonly mark?: ReactNode;
  readonly title: string;
  readonly to: Route | null;
  /** Muted, after the title. */
  readonly detail?: ReactNode;
  /** At the right edge. */
  readonly end?: ReactNode;
  readonly children?: ReactNode;
}

export function Card({ icon, mark, title, to, detail, end, children }: CardProps): ReactElement {
  return (
    <figure className={styles['card']}>
      <figcaption className={styles['head']}>
        {mark ?? (icon ? <Icon name={icon} /> : null)}
        {to === null ? <span className={styles['title']}>{title}</span> : <RouteLink to={to} className={styles['title']} title={title}>{title}</RouteLink>}
        {detail === undefined ? null : <span className={styles['detail']}>{detail}</span>}
        {end === undefined ? null : <span className={styles['end']}>{end}</span>}
      </figcaption>
      {children}
    </figure>
  );
}

/** Stands for something that is no longer in the project. */
export function GoneCard({ what }: { readonly what: string }): ReactElement {
  return <p className={styles['gone']}><Icon name="stopped" />{what} was removed from the project; its history is kept.</p>;
}

/** Numbers with their names above, as in a table of one row. */
export function Figures({ figures }: { readonly figures: readonly { readonly term: string; readonly value: string; readonly title?: string | undefined; readonly isMain?: boolean }[] }): ReactElement {
  return (
    <dl className={styles['figures']}>
      {figures.map((figure) => <div key={figure.term}><dt>{figure.term}</dt><dd className="selectable" title={figure.title} data-main={figure.isMain ?? false}>{figure.value}</dd></div>)}
    </dl>
  );
}
