/** A line or an area of text with label, hint and error. */
import type { KeyboardEvent, ReactElement, Ref } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input, Label, Text, TextArea, TextField as AriaTextField } from 'react-aria-components/TextField';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { KeyHint } from './key-hint.tsx';
import styles from './fields.module.css';

export interface TextFieldProps {
  readonly label: string;
  /** Keeps the label for screen readers only. */
  readonly isLabelHidden?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly hint?: string | undefined;
  /** What is wrong with the value; shown below it. */
  readonly error?: string | null | undefined;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly unit?: string;
  readonly lines?: number;
  readonly isQuiet?: boolean;
  /** Hides what is typed. */
  readonly isSecret?: boolean;
  /** Characters of one width, for codes. */
  readonly isMono?: boolean;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'search';
  readonly onEnter?: () => void;
  readonly onEscape?: () => void;
  readonly onBlur?: () => void;
  readonly className?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function TextField(props: TextFieldProps): ReactElement {
  const { label, isLabelHidden, value, onChange, placeholder, hint, error, icon, keys, unit, lines, isQuiet, isSecret, isMono, isDisabled, autoFocus, inputMode, onEnter, onEscape, onBlur, className, inputRef } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && onEnter && (lines === undefined || event.ctrlKey || event.metaKey)) onEnter();
    else if (event.key === 'Escape' && onEscape) onEscape();
    else return;
    event.preventDefault();
  };
  const box = classNames(styles['box'], isQuiet && styles['quiet'], error && styles['invalid'], lines !== undefined && styles['area']);
  const shared = { className: classNames(styles['input'], isMono && 'mono'), onKeyDown, ...(placeholder === undefined ? {} : { placeholder }), ...(autoFocus ? { autoFocus } : {}) };
  return (
    <AriaTextField
      value={value} onChange={onChange} isInvalid={Boolean(error)} isDisabled={isDisabled ?? false} {...(onBlur ? { onBlur } : {})}
      className={classNames(styles['field'], className)} {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {isLabelHidden ? null : <Label className={styles['label'] ?? ''}>{label}</Label>}
      <div className={box}>
        {icon === undefined ? null : <Icon name={icon} />}
        {lines === undefined
          ? <Input {...shared} {...(isSecret ? { type: 'password', autoComplete: 'off' } : {})} {...(inputMode === undefined ? {} : { inputMode })} {...(inputRef === undefined ? {} : { ref: inputRef })} />
          : <TextArea {...shared} rows={lines} />}
        {unit === undefined ? null : <span className={styles['unit']}>{unit}</span>}
        {keys === undefined ? null : <KeyHint keys={keys} />}
      </div>
      {hint && !error ? <Text slot="description" className={styles['hint'] ?? ''}>{hint}</Text> : null}
      <FieldError className={styles['error'] ?? ''}>{error ? <><Icon name="error" size={12} />{error}</> : null}</FieldError>
    </AriaTextField>
  );
}

/** The filter box of a list: a search icon and its key. */
export function FilterField(props: Omit<TextFieldProps, 'icon' | 'isLabelHidden' | 'isQuiet'>): ReactElement {
  return <TextField {...props} icon="search" isLabelHidden isQuiet inputMode="search" onEscape={() => props.onChange('')} />;
}
