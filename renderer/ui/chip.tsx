/** Small labels: tags, filters, facts. A removable one has a close button with a name. */
import type { ReactElement, ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './chip.module.css';

export interface ChipProps {
  /** Muted, before the text: the key of a tag or the column of a filter. */
  readonly prefix?: string | null | undefined;
  readonly children: ReactNode;
  readonly icon?: IconName;
  /** A run's colour index, shown as a dot. */
  readonly colour?: number;
  readonly isOutlined?: boolean;
  readonly onRemove?: () => void;
  /** What the close button removes, for screen readers. */
  readonly removeLabel?: string;
  readonly title?: string;
}

export function Chip({ prefix, children, icon, colour, isOutlined, onRemove, removeLabel, title }: ChipProps): ReactElement {
  return (
    <span className={classNames(styles['chip'], isOutlined && styles['outlined'])} title={title}>
      {colour === undefined ? null : <SeriesDot colour={colour} />}
      {icon === undefined ? null : <Icon name={icon} size={12} />}
      {prefix ? <span className={styles['prefix']}>{prefix}</span> : null}
      <span className="ellipsis">{children}</span>
      {onRemove ? (
        <Button aria-label={removeLabel ?? 'Remove'} onPress={onRemove} className={styles['remove'] ?? ''}><Icon name="close" size={10} /></Button>
      ) : null}
    </span>
  );
}

/** A run's colour as a dot; from the ninth run on a ring, as its line is dashed. */
export function SeriesDot({ colour }: { readonly colour: number }): ReactElement {
  const value = `var(--series-${colour % 8})`;
  return <span aria-hidden className={styles['dot']} style={colour < 8 ? { background: value } : { boxShadow: `inset 0 0 0 2px ${value}` }} />;
}
