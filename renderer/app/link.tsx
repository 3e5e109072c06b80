/** A link to a place in this window. */
import type { MouseEvent, ReactElement, ReactNode } from 'react';
import { formatRoute, navigate, type Route } from '../state/route.ts';

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
