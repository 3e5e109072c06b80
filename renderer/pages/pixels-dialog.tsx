/** Asks how the images of a version become columns of pixels: their size, grey or colour, and what stands beside them. */
import { useState, type ReactElement } from 'react';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import { PixelSettings, pixelColumnCount, pixelColumnLimit } from '../../shared/domain/images.ts';
import { underPolicies } from '../app/under-policies.tsx';
import { makePixels } from '../state/images.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatCount } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { Segmented } from '../ui/toggles.tsx';
import styles from './pixels-dialog.module.css';

export interface PixelsDialogProps {
  readonly dataset: Dataset;
  readonly version: DatasetVersion;
  readonly onClose: () => void;
}

export function PixelsDialog({ dataset, version, onClose }: PixelsDialogProps): ReactElement {
  const columns = version.columns.filter(({ type }) => type === 'image').map(({ name }) => name);
  const [column, setColumn] = useState(columns[0] ?? '');
  const [width, setWidth] = useState('28');
  const [height, setHeight] = useState('28');
  const [colours, setColours] = useState<PixelSettings['colours']>('grey');
  const [name, setName] = useState(`${dataset.name} pixels`.slice(0, 120));
  const settings = { column, width: Number(width), height: Number(height), colours };
  const count = pixelColumnCount(settings);
  const problem = !PixelSettings.safeParse(settings).success
    ? count > pixelColumnLimit ? `${formatCount(count)} columns are too many; ${formatCount(pixelColumnLimit)} are the limit.` : 'Width and height are whole numbers from 1 to 512.'
    : name.trim() === '' ? 'Give the new dataset a name.' : null;
  const make = async () => {
    const started = await underPolicies({ action: 'import', datasetId: null }, (override) => makePixels({ versionId: version.id, name: name.trim(), settings, keep: null, override }));
    if (started !== null) onClose();
  };
  return (
    <Dialog
      title="Make a table of pixels" isOpen onClose={onClose}
      actions={<><Button onPress={onClose}>Cancel</Button><Button kind="primary" icon="image" disabledReason={problem} onPress={() => { void attempt(make); }}>Make the table</Button></>}
    >
      <div className={styles['fields']}>
        {columns.length > 1 ? <Select label="Images in" value={column} options={columns.map((value) => ({ value, label: value }))} onChange={setColumn} /> : null}
        <TextField label="Width" unit="px" value={width} onChange={setWidth} inputMode="numeric" />
        <TextField label="Height" unit="px" value={height} onChange={setHeight} inputMode="numeric" />
      </div>
      <Segmented<PixelSettings['colours']> label="Colours" value={colours} options={[{ value: 'grey', label: 'Grey' }, { value: 'rgb', label: 'Red, green, blue' }]} onChange={setColours} />
      <TextField label="Name of the new dataset" value={name} onChange={(value) => setName(value.slice(0, 120))} />
      <p className="muted small">{problem ?? `${formatCount(count)} columns of 0 to 255, one for each ${colours === 'grey' ? 'pixel' : 'pixel and colour'}. Every image gets this size by the mean of each area; sides are not kept in proportion. Labels and names stay beside them.`}</p>
    </Dialog>
  );
}
