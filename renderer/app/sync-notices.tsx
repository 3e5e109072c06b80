/** What the user is told once about this device and the folder; it stays until it is dismissed, also over restarts. */
import type { ReactElement } from 'react';
import { valueOr } from '../state/loadable.ts';
import { dismissNotice, useSync } from '../state/sync-status.ts';
import { Button } from '../ui/button.tsx';
import { formatDateTime } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { attempt } from '../ui/toast.tsx';
import styles from './sync-notices.module.css';

/** Mounted once, above the open page. */
export function SyncNotices(): ReactElement {
  const status = useSync((state) => valueOr(state.status, null));
  return (
    <section className={styles['notices']} aria-label="Notices" aria-live="polite">
      {status?.notices.map(({ id, what, atMs }) => (
        <div key={id} className={styles['notice']}>
          <Icon name="info" />
          <p className="selectable" title={formatDateTime(atMs)}>{what}</p>
          <Button isSmall onPress={() => { void attempt(() => dismissNotice(id)); }}>Dismiss</Button>
        </div>
      ))}
    </section>
  );
}
