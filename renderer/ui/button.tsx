/** Buttons: one primary action per view, plain ones beside it, ghosts in toolbars. A disabled one says why. */
import type { ReactElement, ReactNode, Ref } from 'react';
import { Button as AriaButton, type PressEvent } from 'react-aria-components/Button';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { KeyHint } from './key-hint.tsx';
import { Tooltip } from './tooltip.tsx';
import styles from './button.module.css';

export interface ButtonProps {
  readonly children?: ReactNode;
  readonly kind?: 'plain' | 'primary' | 'ghost' | 'danger';
  readonly icon?: IconName | undefined;
  readonly trailingIcon?: IconName;
  /** Shown inside the button, as the registry writes it: "c", "mod+k". */
  readonly keys?: string | undefined;
  readonly onPress?: (event: PressEvent) => void;
  /** A reason disables the button and stands in its tooltip. */
  readonly disabledReason?: string | null | undefined;
  readonly isDisabled?: boolean;
  readonly isPending?: boolean;
  readonly isSmall?: boolean;
  readonly type?: 'button' | 'submit';
  readonly label?: string;
  readonly id?: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps): ReactElement {
  const { children, kind = 'plain', icon, trailingIcon, keys, onPress, disabledReason, isDisabled, isPending, isSmall, type = 'button', label, id, className, ref } = props;
  const button = (
    <AriaButton
      type={type} className={classNames(styles['button'], styles[kind], isSmall && styles['small'], className)}
      // A button with a reason stays focusable, so that the reason can be read by keyboard.
      isDisabled={(isDisabled ?? false) && !disabledReason}
      {...(disabledReason || isPending ? { 'aria-disabled': true } : onPress ? { onPress } : {})}
      {...(label === undefined ? {} : { 'aria-label': label })} {...(id === undefined ? {} : { id })}
      {...(ref === undefined ? {} : { ref })} {...(isPending ? { 'aria-busy': true } : {})}
    >
      {isPending ? <Icon name="spinner" /> : icon ? <Icon name={icon} /> : null}
      {children === undefined ? null : <span className={styles['label']}>{children}</span>}
      {keys === undefined ? null : <KeyHint keys={keys} />}
      {trailingIcon === undefined ? null : <Icon name={trailingIcon} size={12} />}
    </AriaButton>
  );
  return disabledReason ? <Tooltip text={disabledReason}>{button}</Tooltip> : button;
}

export interface IconButtonProps {
  readonly icon: IconName;
  /** Read aloud, and shown as the tooltip. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly onPress?: (event: PressEvent) => void;
  readonly isDisabled?: boolean;
  readonly isActive?: boolean;
  readonly isSmall?: boolean;
  readonly className?: string;
}

/** A square button with an icon only; the label is its tooltip. */
export function IconButton({ icon, label, keys, onPress, isDisabled, isActive, isSmall, className }: IconButtonProps): ReactElement {
  return (
    <Tooltip text={label} keys={keys}>
      <AriaButton
        aria-label={label} className={classNames(styles['button'], styles['ghost'], styles['square'], isSmall && styles['small'], className)}
        isDisabled={isDisabled ?? false} {...(onPress ? { onPress } : {})} {...(isActive === undefined ? {} : { 'aria-pressed': isActive })}
      >
        <Icon name={icon} size={isSmall ? 12 : 16} />
      </AriaButton>
    </Tooltip>
  );
}
