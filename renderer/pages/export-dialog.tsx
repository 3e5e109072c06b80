/** Asks how rows are written to a file, then where to; the policies are asked before anything is written. */
import type { ReactElement } from 'react';
import { exportDelimiters, exportFormats, exportFormatWords, ExportSettings, type ExportFormat, type ExportSubject, type TextLayout } from '../../shared/domain/dataset-export.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { isStoredView, type RowView } from '../../shared/domain/query.ts';
import { underPolicies } from '../app/under-policies.tsx';
import { chooseExportFile, startExport, useExportSettings } from '../state/exports.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Checkbox, Segmented } from '../ui/toggles.tsx';
import { attempt } from '../ui/toast.tsx';
import styles from './export-dialog.module.css';

export interface ExportDialogProps {
  /** "penguins v2", for the title and the name of the file. */
  readonly name: string;
  readonly rows: ExportSubject;
  readonly view: RowView;
  /** Versions whose data are in it. */
  readonly versionIds: readonly VersionId[];
  readonly onClose: () => void;
}

const delimiterWords: Readonly<Record<TextLayout['delimiter'], string>> = { ',': 'Comma', ';': 'Semicolon', '|': 'Bar' };
const formats = exportFormats.map((value) => ({ value, label: exportFormatWords[value] }));
const formatNotes: Readonly<Record<Exclude<ExportFormat, 'csv' | 'tsv'>, string>> = {
  jsonl: 'One JSON object a line. A missing value is null; NaN and infinity are texts.',
  parquet: 'The file of the version itself, byte for byte: its SHA-256 is the one shown on the page.',
  arrow: 'An Arrow file (IPC), which is Feather 2 too, with the types of the columns.',
};

export function ExportDialog({ name, rows, view, versionIds, onClose }: ExportDialogProps): ReactElement {
  const settings = useExportSettings();
  const { format, layout, hasMetadata } = settings;
  const isText = format === 'csv' || format === 'tsv';
  const problem = ExportSettings.safeParse(settings).error?.issues[0]?.message ?? null;
  const choose = async () => {
    const target = await chooseExportFile(name, format);
    if (target === null) return;
    const started = await underPolicies({ action: 'export', versionIds: [...versionIds] }, (override) => startExport({ rows, view, target, settings, override }));
    if (started !== null) onClose();
  };
  return (
    <Dialog
      title={`Export ${name}`} isOpen onClose={onClose} width={520}
      actions={<><Button onPress={onClose}>Cancel</Button><Button kind="primary" icon="arrow-right" disabledReason={problem === null ? null : `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`} onPress={() => { void attempt(choose); }}>Choose a file</Button></>}
    >
      <Segmented<ExportFormat> label="Format" value={format} options={formats} onChange={(next) => useExportSettings.setState({ format: next })} />
      {isText ? <TextOptions format={format} layout={layout} /> : <p className="muted">{format === 'parquet' && !(rows.kind === 'version' && isStoredView(view)) ? 'A Parquet file with the types of the columns.' : formatNotes[format]}</p>}
      <Checkbox isSelected={hasMetadata} onChange={(next) => useExportSettings.setState({ hasMetadata: next })}>Describe the data in a second file beside it (Croissant 1.1)</Checkbox>
      {isStoredView(view) ? null : <p className="muted">Only the rows that pass the filters, in the order shown.</p>}
    </Dialog>
  );
}

function TextOptions({ format, layout }: { readonly format: ExportFormat; readonly layout: TextLayout }): ReactElement {
  const set = (change: Partial<TextLayout>) => useExportSettings.setState({ layout: { ...layout, ...change } });
  return (
    <>
      <div className={styles['fields']}>
        {format === 'csv' ? <Select<TextLayout['delimiter']> label="Between values" value={layout.delimiter} options={exportDelimiters.map((value) => ({ value, label: delimiterWords[value], end: value }))} onChange={(delimiter) => set({ delimiter, ...(delimiter === ',' ? { decimal: '.' as const } : {}) })} /> : null}
        <Select<TextLayout['decimal']> label="Decimal mark" value={layout.decimal} options={[{ value: '.', label: 'Point', end: '1.5' }, { value: ',', label: 'Comma', end: '1,5' }]} onChange={(decimal) => set({ decimal, ...(decimal === ',' && layout.delimiter === ',' ? { delimiter: ';' as const } : {}) })} />
        <TextField label="Missing values" value={layout.missing} placeholder="an empty field" hint={layout.missing === '' ? 'An empty text is ""' : undefined} onChange={(missing) => set({ missing })} />
      </div>
      <div className={styles['checks']}>
        <Checkbox isSelected={layout.hasHeader} onChange={(hasHeader) => set({ hasHeader })}>Names of the columns in the first line</Checkbox>
        <Checkbox isSelected={layout.hasByteOrderMark} onChange={(hasByteOrderMark) => set({ hasByteOrderMark })}>Mark as UTF-8 for Excel</Checkbox>
        <Checkbox isSelected={layout.isFormulaSafe} onChange={(isFormulaSafe) => set({ isFormulaSafe })}>Safe for spreadsheets</Checkbox>
        <p className={styles['note']}>{layout.isFormulaSafe ? "Texts that begin with = + - @ or a tab get a ' in front, so that a spreadsheet does not run them as formulas. Numbers stay as they are." : 'A spreadsheet may run texts that begin with = + - @ or a tab as formulas.'}</p>
      </div>
    </>
  );
}
