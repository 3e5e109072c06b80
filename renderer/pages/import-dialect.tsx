/** How a text file or a sheet is read, each setting with the reason for it; a change reads the file again. */
import { useState, type ReactElement } from 'react';
import { encodings, plainDialect, thousandsMarks, type Dialect, type Sniff } from '../../shared/domain/datasets.ts';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import { delimiterWords, describeDialect } from './import-draft.ts';
import styles from './import-dialect.module.css';

export interface ImportDialectProps {
  readonly sniff: Sniff;
  readonly dialect: Dialect;
  readonly isDisabled: boolean;
  readonly onChange: (dialect: Dialect) => void;
}

const quotes = { '"': 'Double quotes', "'": 'Single quotes', '': 'Nothing is quoted' };
const escapes = { quote: 'The quote, doubled', '\\': 'A backslash before it' };
const encodingLabels: Readonly<Record<Dialect['encoding'], string>> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16, little-endian', 'utf-16be': 'UTF-16, big-endian', 'latin-1': 'Latin-1 (Windows-1252)' };
const thousandsLabels: Readonly<Record<Dialect['thousands'], string>> = { '': 'None', ',': 'Comma: 1,234', '.': 'Point: 1.234', ' ': 'Space: 1 234', "'": "Apostrophe: 1'234" };

export function ImportDialect({ sniff, dialect, isDisabled, onChange }: ImportDialectProps): ReactElement {
  const set = <K extends keyof Dialect>(key: K) => (value: Dialect[K]) => onChange({ ...dialect, [key]: value });
  const hint = (key: keyof Dialect) => (sniff.reasons[key] === undefined ? {} : { hint: sniff.reasons[key] });
  const isText = sniff.format !== 'xlsx';
  // Most files are plain, and their columns need the room.
  const [isOpen] = useState(() => isUnusual(dialect));
  const delimiters = Object.entries({ ...delimiterWords, ...(dialect.delimiter in delimiterWords ? {} : { [dialect.delimiter]: `"${dialect.delimiter}"` }) });
  return (
    <details className={styles['details']} open={isOpen}>
      <summary>Read as {describeDialect({ ...sniff, dialect })}</summary>
      <div className={styles['grid']} role="group" aria-label="How the file is read">
        {isText ? (
          <>
            <Select label="Delimiter" value={dialect.delimiter} options={delimiters.map(([value, word]) => ({ value, label: word.charAt(0).toUpperCase() + word.slice(1) }))} isDisabled={isDisabled} {...hint('delimiter')} onChange={set('delimiter')} />
            <Settled label="Other delimiter" value={dialect.delimiter in delimiterWords ? '' : dialect.delimiter} isDisabled={isDisabled} onSettled={(text) => set('delimiter')(text.slice(0, 4) || plainDialect.delimiter)} />
            <Select label="Quotes" value={dialect.quote as keyof typeof quotes} options={optionsOf(quotes)} isDisabled={isDisabled} {...hint('quote')} onChange={(quote) => onChange({ ...dialect, quote, escape: dialect.escape === '\\' && quote !== '' ? '\\' : quote })} />
            <Select label="A quote inside quotes" value={dialect.escape === '\\' ? '\\' : 'quote'} options={optionsOf(escapes)} isDisabled={isDisabled || dialect.quote === ''} {...hint('escape')} onChange={(escape) => set('escape')(escape === 'quote' ? dialect.quote : escape)} />
            <Select label="Encoding" value={dialect.encoding} options={encodings.map((value) => ({ value, label: encodingLabels[value] }))} isDisabled={isDisabled} {...hint('encoding')} onChange={set('encoding')} />
            <Settled label="Comments begin with" value={dialect.comment} isDisabled={isDisabled} {...hint('comment')} onSettled={(text) => set('comment')(text.slice(0, 4))} />
          </>
        ) : null}
        <Settled label={isText ? 'Lines before the table' : 'Rows before the table'} value={String(dialect.skipLines)} isDisabled={isDisabled} {...hint('skipLines')} onSettled={(text) => set('skipLines')(Math.min(10_000, Math.max(0, Math.floor(Number(text)) || 0)))} />
        <Select label="Names of the columns" value={dialect.hasHeader ? 'first' : 'none'} options={[{ value: 'first', label: 'In the first row' }, { value: 'none', label: 'Not in the file' }]} isDisabled={isDisabled} {...hint('hasHeader')} onChange={(value) => set('hasHeader')(value === 'first')} />
        <Select label="Decimal mark" value={dialect.decimal} options={[{ value: '.', label: 'Point: 1.5' }, { value: ',', label: 'Comma: 1,5' }]} isDisabled={isDisabled} {...hint('decimal')} onChange={(decimal) => onChange({ ...dialect, decimal, thousands: dialect.thousands === decimal ? '' : dialect.thousands })} />
        <Select label="Thousands mark" value={dialect.thousands} options={thousandsMarks.filter((mark) => mark !== dialect.decimal).map((value) => ({ value, label: thousandsLabels[value] }))} isDisabled={isDisabled} {...hint('thousands')} onChange={set('thousands')} />
        <Settled label="Words for missing" value={dialect.missing.join(', ')} isDisabled={isDisabled} hint={sniff.reasons.missing ?? 'Parted by commas. In text columns they stay words.'} onSettled={(text) => set('missing')(wordsOf(text))} />
        {isText ? <Checkbox isSelected={dialect.joinsDelimiters} isDisabled={isDisabled} onChange={set('joinsDelimiters')}>Several delimiters count as one</Checkbox> : null}
      </div>
    </details>
  );
}

/** Whether more than the delimiter, the header and the encoding differ from what most files are. */
function isUnusual(dialect: Dialect): boolean {
  const { delimiter, hasHeader, encoding } = dialect;
  return JSON.stringify({ ...plainDialect, delimiter, hasHeader, encoding }) !== JSON.stringify({ ...plainDialect, ...dialect });
}

/** A field whose text counts when it is left, or with Enter: each letter would read the file again. */
function Settled({ value, onSettled, ...rest }: { readonly label: string; readonly value: string; readonly hint?: string; readonly isDisabled: boolean; readonly onSettled: (text: string) => void }): ReactElement {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const settle = () => { if (text !== value) onSettled(text); };
  return <TextField {...rest} value={text} onChange={setText} onEnter={settle} onBlur={settle} />;
}

function optionsOf<T extends string>(labels: Readonly<Record<T, string>>): { value: T; label: string }[] {
  return (Object.keys(labels) as T[]).map((value) => ({ value, label: labels[value] }));
}

function wordsOf(text: string): string[] {
  return [...new Set(text.split(',').map((word) => word.trim().slice(0, 40)).filter((word) => word !== ''))].slice(0, 50);
}
