/** One choice out of a list. */
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Label, Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import styles from './fields.module.css';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly description?: string;
  /** Muted, at the right edge. */
  readonly end?: string;
  readonly isDisabled?: boolean;
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  /** Stands before the value in the button: "Group" before "Model kind". */
  readonly prefix?: string;
  readonly value: T | null;
  readonly options: readonly SelectOption<T>[];
  readonly onChange: (value: T) => void;
  readonly placeholder?: string;
  readonly isQuiet?: boolean;
  readonly isSmall?: boolean;
  readonly isDisabled?: boolean;
  readonly hint?: string;
  readonly error?: string | null | undefined;
  readonly className?: string;
}

export function Select<T extends string>(props: SelectProps<T>): ReactElement {
  const { label, isLabelHidden, prefix, value, options, onChange, placeholder, isQuiet, isSmall, isDisabled, hint, error, className } = props;
  const chosen = options.find((option) => option.value === value);
  return (
    <AriaSelect
      value={value} onChange={(key) => { if (key !== null) onChange(key as T); }} isDisabled={isDisabled ?? false} isInvalid={Boolean(error)}
      className={classNames(styles['field'], className)} {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {isLabelHidden ? null : <Label className={styles['label'] ?? ''}>{label}</Label>}
      <Button className={classNames(styles['trigger'], isQuiet && styles['quiet'], isSmall && styles['small'])}>
        {prefix === undefined ? null : <span className={styles['prefix']}>{prefix}</span>}
        <SelectValue className={styles['value'] ?? ''}>{chosen ? chosen.label : <span className={styles['prefix']}>{placeholder ?? 'Choose'}</span>}</SelectValue>
        <Icon name="chevron-down" size={12} />
      </Button>
      {hint && !error ? <span className={styles['hint']}>{hint}</span> : null}
      {error ? <span className={styles['error']} role="alert"><Icon name="error" size={12} />{error}</span> : null}
      <Popover className={styles['popover'] ?? ''} offset={4}>
        <ListBox className={styles['list'] ?? ''} items={options}>
          {(option) => (
            <ListBoxItem id={option.value} textValue={option.label} isDisabled={option.isDisabled ?? false} className={styles['option'] ?? ''}>
              <Icon name="check" size={12} />
              <span className={styles['optionText']}>{option.label}{option.description ? <small>{option.description}</small> : null}</span>
              {option.end ? <span className={styles['optionEnd']}>{option.end}</span> : null}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
