/** A link to a file that lies in the archive beside this page. */
import type { ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import { Icon } from '../ui/icon.tsx';
import { fileLink } from './lookup.ts';
import styles from './viewer.module.css';

export function FileLink({ data, of, label }: { readonly data: ArchiveData; readonly of: string; readonly label: string }): ReactElement | null {
  const href = fileLink(data, of);
  return href === null ? null : <a href={href} className={styles['file']} title={data.files[of]} download><Icon name="download" size={12} />{label}<span className="muted small">{data.files[of]?.split('/').at(-1)}</span></a>;
}
