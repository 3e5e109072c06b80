/** Two-way and few-way choices: checkbox, switch, segmented control; and a slider. */
import type { ReactElement, ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox';
import { Slider as AriaSlider, SliderOutput, SliderThumb, SliderTrack, Label } from 'react-aria-components/Slider';
import { Switch as AriaSwitch } from 'react-aria-components/Switch';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { Icon, type IconName } from './icon.tsx';
import styles from './fields.module.css';

export interface CheckboxProps {
  readonly isSelected: boolean;
  readonly isIndeterminate?: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly children?: ReactNode;
  /** Needed where there are no children. */
  readonly label?: string;
  readonly isDisabled?: boolean;
}

export function Checkbox({ isSelected, isIndeterminate, onChange, children, label, isDisabled }: CheckboxProps): ReactElement {
  return (
    <AriaCheckbox
      isSelected={isSelected} isIndeterminate={isIndeterminate ?? false} onChange={onChange} isDisabled={isDisabled ?? false}
      className={styles['check'] ?? ''} {...(label === undefined ? {} : { 'aria-label': label })}
    >
      <CheckMark isIndeterminate={isIndeterminate ?? false} />{children}
    </AriaCheckbox>
  );
}

function CheckMark({ isIndeterminate }: { readonly isIndeterminate: boolean }): ReactElement {
  return (
    <span className={styles['mark']} aria-hidden>
      <svg width="10" height="10" viewBox="0 0 10 10" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        <path d={isIndeterminate ? 'M2 5h6' : 'M1.8 5.2l2.2 2.2 4.2-4.8'} />
      </svg>
    </span>
  );
}

export function Switch({ isSelected, onChange, children, isDisabled }: { readonly isSelected: boolean; readonly onChange: (isSelected: boolean) => void; readonly children: ReactNode; readonly isDisabled?: boolean }): ReactElement {
  return (
    <AriaSwitch isSelected={isSelected} onChange={onChange} isDisabled={isDisabled ?? false} className={styles['check'] ?? ''}>
      <span className={styles['track']} aria-hidden />{children}
    </AriaSwitch>
  );
}

export interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly icon?: IconName }[];
  readonly onChange: (value: T) => void;
}

export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>): ReactElement {
  return (
    <ToggleButtonGroup
      aria-label={label} selectionMode="single" disallowEmptySelection selectedKeys={[value]} className={styles['segments'] ?? ''}
      onSelectionChange={(keys) => { const [key] = keys; if (key !== undefined) onChange(String(key) as T); }}
    >
      {options.map((option) => (
        <ToggleButton key={option.value} id={option.value} className={styles['segment'] ?? ''}>
          {option.icon ? <Icon name={option.icon} size={12} /> : null}{option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  readonly format?: (value: number) => string;
}

export function Slider({ label, value, min, max, step, onChange, format }: SliderProps): ReactElement {
  return (
    <AriaSlider value={value} minValue={min} maxValue={max} step={step} onChange={(next) => onChange(Number(next))} className={styles['slider'] ?? ''}>
      <Label>{label}</Label>
      <SliderTrack className={styles['rail'] ?? ''}>
        {({ state }) => (
          <>
            <span className={styles['filled']} style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
            <SliderThumb className={styles['thumb'] ?? ''} />
          </>
        )}
      </SliderTrack>
      <SliderOutput className={styles['output'] ?? ''}>{format ? format(value) : String(value)}</SliderOutput>
    </AriaSlider>
  );
}
