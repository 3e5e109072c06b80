/** One of our own icons, drawn inline in the text colour. Decorative unless it has a label. */
import type { ReactElement } from 'react';
import { icons, type IconName } from './icons.ts';
import styles from './icon.module.css';
import { classNames } from './class-names.ts';

export type { IconName } from './icons.ts';

export interface IconProps {
  readonly name: IconName;
  /** Pixels; 16 by default, 12 beside small text. */
  readonly size?: number;
  /** Says what it means where no word stands beside it. */
  readonly label?: string;
  readonly className?: string | undefined;
}

export function Icon({ name, size = 16, label, className }: IconProps): ReactElement {
  const named = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg
      {...named} width={size} height={size} viewBox="0 0 16 16"
      className={classNames(styles['icon'], name === 'spinner' && styles['turning'], className)}
      strokeWidth={size < 14 ? 1.9 : 1.5}
    >
      {icons[name].map((path) => <path key={path} d={path} />)}
    </svg>
  );
}
