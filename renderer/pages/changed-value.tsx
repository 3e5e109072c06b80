/** One changed value of an event: what it was, what it became, and setting it back. */
import { useState, type ReactElement } from 'react';
import type { ChangedValue } from '../../shared/domain/changes.ts';
import { fieldWord, writtenField } from '../../shared/domain/written-fields.ts';
import { Button } from '../ui/button.tsx';
import { TextDifference } from '../ui/text-difference.tsx';
import { isCompared, showValue } from './value-words.ts';
import styles from './history-inspector.module.css';

export interface Side { readonly side: 'before' | 'after'; readonly index: number; readonly value: unknown; }

export interface ChangedValueProps {
  readonly change: ChangedValue;
  readonly readOnly: string | null;
  /** Leaves the thing's name out where every change is about the same one. */
  readonly isThingKnown: boolean;
  readonly onRestore: (change: ChangedValue, side: Side) => void;
}

export function ChangedValueView({ change, readOnly, isThingKnown, onRestore }: ChangedValueProps): ReactElement {
  const { type, field, label, before, after, fixedBecause, isPresent, kind } = change;
  const word = fieldWord(type, field);
  const sides = restorableSides(change);
  const [only] = before;
  return (
    <section className={styles['change']} aria-label={`${word} of ${label}`}>
      <h4>{word}{isThingKnown ? null : <span className="muted"> of {label}</span>}</h4>
      {kind === 'set'
        ? <dl className={styles['sides']}><div><dt>{before.length === 0 ? 'Added' : 'Taken off'}</dt><dd><Value field={field} value={before.length === 0 ? after : only} /></dd></div></dl>
        : before.length === 1 && isCompared(only, after)
          ? <TextDifference before={only} after={String(after)} className={styles['text']} />
          : (
            <dl className={styles['sides']}>
              {before.map((value, index) => <div key={index}><dt>{before.length === 1 ? 'Before' : `Before, ${index + 1}`}</dt><dd><Value field={field} value={value} /></dd></div>)}
              <div><dt>{isPresent ? 'Now' : before.length === 0 ? 'Written' : 'After'}</dt><dd><Value field={field} value={after} /></dd></div>
            </dl>
          )}
      {fixedBecause !== null ? <p className={styles['fixed']}>{fixedBecause}</p> : (
        <div className={styles['actions']}>
          {sides.map((side) => (
            <Button key={`${side.side} ${side.index}`} isSmall icon="undo" disabledReason={readOnly} onPress={() => onRestore(change, side)}>
              {kind === 'set' ? (side.value === null ? 'Take it off again' : 'Put it back') : side.side === 'after' ? 'Set to the value after' : before.length > 1 ? `Restore value ${side.index + 1}` : kind === 'text' ? 'Restore the text before' : 'Restore the value before'}
            </Button>
          ))}
          {isPresent && kind === 'text' ? <span className="muted small">The text is like this now</span> : null}
        </div>
      )}
    </section>
  );
}

/** What can be chosen: the values before, and the one after where it is no longer so. */
export function restorableSides({ type, field, kind, before, after, fixedBecause, isPresent }: ChangedValue): readonly Side[] {
  if (fixedBecause !== null) return [];
  const absent = writtenField(type, field)?.absent;
  const earlier: Side[] = kind === 'set' ? [{ side: 'before', index: 0, value: before[0] ?? null }]
    : before.length > 0 ? before.map((value, index) => ({ side: 'before', index, value }))
      : absent !== undefined && absent !== after ? [{ side: 'before', index: 0, value: absent }] : [];
  return isPresent ? earlier : kind === 'set' ? [{ side: 'after', index: 0, value: after }] : [...earlier, { side: 'after', index: 0, value: after }];
}

/** Values that a new thing was given, as facts; nothing was there before, so nothing can be set back. */
export function WrittenValues({ values }: { readonly values: readonly ChangedValue[] }): ReactElement {
  const labels = [...new Set(values.map(({ label }) => label))];
  return (
    <>
      {labels.map((label) => {
        const ofThing = values.filter((value) => value.label === label);
        const reasons = [...new Set(ofThing.flatMap(({ fixedBecause }) => fixedBecause ?? []))];
        return (
          <section key={label} className={styles['change']} aria-label={`Written for ${label}`}>
            <h4>{label}</h4>
            <dl className={styles['facts']}>{ofThing.map(({ type, field, after }, index) => <div key={index}><dt>{fieldWord(type, field)}</dt><dd><Value field={field} value={after} /></dd></div>)}</dl>
            {reasons.map((reason) => <p key={reason} className={styles['fixed']}>{reason}</p>)}
          </section>
        );
      })}
    </>
  );
}

const shownLines = 8;

/** A value as people read it; a long one opens on demand. */
export function Value({ field, value }: { readonly field: string; readonly value: unknown }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const shown = showValue(field, value);
  if (shown.kind === 'words') return <span className={shown.isMuted ? 'muted' : 'selectable'}>{shown.text}</span>;
  const lines = shown.text.split('\n');
  const isCut = !isWhole && lines.length > shownLines;
  const text = isCut ? lines.slice(0, shownLines).join('\n') : shown.text;
  return (
    <>
      {shown.kind === 'json' ? <pre className={styles['json']} tabIndex={0} aria-label={field}>{text}</pre> : <span className={styles['text']}>{text}</span>}
      {lines.length > shownLines ? <Button kind="ghost" isSmall onPress={() => setWhole(!isWhole)}>{isWhole ? 'Show less' : `Show all ${lines.length} lines`}</Button> : null}
    </>
  );
}
