/** The parts that the sections of the training form are made of: fields bound to a path of the configuration, choices, and what folds away. */
import { useState, type ReactElement, type ReactNode } from 'react';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { Icon } from '../ui/icon.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Switch } from '../ui/toggles.tsx';
import { textAt, type TrainDraft } from './train-draft.ts';
import { fieldWords, type FieldPath } from './train-fields.ts';
import styles from './train-page.module.css';

/** The form as its sections see it. */
export interface TrainForm {
  readonly draft: TrainDraft;
  readonly errors: Readonly<Record<string, string>>;
  /** Chooses the value at a path of the configuration. */
  readonly choose: (path: string, value: unknown) => void;
  /** Types the text of a number field. */
  readonly type: (path: string, text: string) => void;
}

/** For settings that depend on the columns. */
export interface ModelFieldsProps {
  readonly form: TrainForm;
  readonly version: DatasetVersion;
}

export interface FieldProps {
  readonly form: TrainForm;
  readonly path: FieldPath;
  /** In place of the usual label and hint. */
  readonly label?: string;
  readonly hint?: string;
}

/** A number, or a list of numbers, as text. */
export function NumberField({ form, path, label, hint }: FieldProps): ReactElement {
  const words = fieldWords(path);
  return (
    <TextField
      label={label ?? words.label} value={textAt(form.draft, path)} error={form.errors[path]} hint={hint ?? words.hint} inputMode={words.listOf === undefined ? 'decimal' : 'text'}
      {...(words.unit === undefined ? {} : { unit: words.unit })} onChange={(text) => form.type(path, text)}
    />
  );
}

/** A setting that is off, or a number: the switch gives it `usual`. */
export function OptionalField({ form, path, usual, isOn, children }: FieldProps & { readonly usual: unknown; readonly isOn: boolean; readonly children: ReactNode }): ReactElement {
  return (
    <div className={styles['optional']}>
      <Switch isSelected={isOn} onChange={(on) => form.choose(path, on ? usual : null)}>{children}</Switch>
      {isOn ? <div className={styles['indented']}><NumberField form={form} path={path} /></div> : null}
    </div>
  );
}

export function Section({ title, note, end, children }: { readonly title: string; readonly note?: ReactNode; readonly end?: ReactNode; readonly children: ReactNode }): ReactElement {
  return (
    <section className={styles['section']} aria-label={title}>
      <div className={styles['sectionHead']}><h2>{title}</h2>{note === undefined ? null : <span className="muted small">{note}</span>}<span className={styles['spacer']} />{end}</div>
      {children}
    </section>
  );
}

/** A labelled group of buttons, with a line below it that says what is chosen or wrong. */
export function Choice({ label, hint, error, children }: { readonly label: string; readonly hint?: string | undefined; readonly error?: string | undefined; readonly children: ReactElement }): ReactElement {
  return (
    <div className={styles['choice']}>
      <span className={styles['choiceLabel']}>{label}</span>
      {children}
      {error ? <span className={styles['choiceError']} role="alert">{error}</span> : hint ? <span className={styles['choiceHint']}>{hint}</span> : null}
    </div>
  );
}

/** Settings that are rarely changed; they open by themselves where one of them is wrong. */
export function Advanced({ what, form, paths, children }: { readonly what: string; readonly form: TrainForm; readonly paths: readonly FieldPath[]; readonly children: ReactNode }): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const showsMore = isOpen || paths.some((path) => form.errors[path] !== undefined);
  return (
    <div>
      <button type="button" className={styles['more']} aria-expanded={showsMore} onClick={() => setIsOpen(!isOpen)}><Icon name={showsMore ? 'chevron-down' : 'chevron-right'} size={12} />{what}</button>
      {showsMore ? <div className={styles['advanced']}>{children}</div> : null}
    </div>
  );
}

export function Fields({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles['fields']}>{children}</div>;
}
