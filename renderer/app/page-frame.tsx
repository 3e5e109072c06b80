/** What every page stands in: the top bar with its path and actions, the content, and the inspector at the right. */
import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { Route } from '../state/route.ts';
import { usePanels } from '../state/ui.ts';
import { RouteLink } from './link.tsx';
import { Splitter } from './splitter.tsx';
import styles from './page-frame.module.css';

export interface PageFrameProps {
  /** The way here, as links. */
  readonly crumbs?: readonly { readonly label: string; readonly to: Route }[];
  readonly title: ReactNode;
  /** Muted, beside the title: a count. */
  readonly count?: number | string | undefined;
  /** At the right of the bar; the primary action last. */
  readonly actions?: ReactNode;
  /** An `Inspector`, or null while nothing is selected. */
  readonly inspector?: ReactNode;
  readonly children: ReactNode;
}

export function PageFrame({ crumbs = [], title, count, actions, inspector, children }: PageFrameProps): ReactElement {
  const { inspectorWidth, isInspectorOpen } = usePanels();
  const hasInspector = Boolean(inspector) && isInspectorOpen;
  return (
    <div className={styles['frame']} style={hasInspector ? { gridTemplateColumns: `minmax(0, 1fr) ${inspectorWidth}px` } : undefined}>
      <main className={styles['main']}>
        <header className={styles['bar']}>
          <div className={styles['path']}>
            {crumbs.map((crumb) => (
              <Fragment key={crumb.label}>
                <RouteLink to={crumb.to} className={styles['crumb']}>{crumb.label}</RouteLink>
                <span className={styles['slash']} aria-hidden>/</span>
              </Fragment>
            ))}
            <h1 className={styles['title']}>{title}</h1>
            {count === undefined ? null : <span className="muted">{count}</span>}
          </div>
          <div className={styles['actions']}>{actions}</div>
        </header>
        <div className={styles['content']}>{children}</div>
      </main>
      {hasInspector ? (
        <aside className={styles['side']} aria-label="Inspector">
          <Splitter label="Inspector width" side="left" value={inspectorWidth} min={240} max={560} onChange={(width) => usePanels.setState({ inspectorWidth: width })} />
          {inspector}
        </aside>
      ) : null}
    </div>
  );
}
