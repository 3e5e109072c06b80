/** Links to places in this window. */
import type { MouseEvent, ReactElement, ReactNode } from 'react';
import { formatRoute, navigate, type Route } from '../state/route.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import styles from './link.module.css';

export interface RouteLinkProps {
  readonly to: Route;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly title?: string;
  readonly isCurrent?: boolean;
  readonly label?: string;
}

export function RouteLink({ to, children, className, title, isCurrent, label }: RouteLinkProps): ReactElement {
  const follow = (event: MouseEvent) => {
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={formatRoute(to)} draggable={false} onClick={follow} className={className} title={title} {...(isCurrent ? { 'aria-current': 'page' as const } : {})} {...(label === undefined ? {} : { 'aria-label': label })}>
      {children}
    </a>
  );
}

/** The name of a row in a list, which opens what it names; it looks like a name until one points at the row. */
export function RowLink({ to, icon, children }: { readonly to: Route; readonly icon: IconName; readonly children: string }): ReactElement {
  return <span className={styles['row']}><Icon name={icon} /><RouteLink to={to} className={styles['name']} title={children}>{children}</RouteLink></span>;
}
