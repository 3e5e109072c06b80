/** The image of one row, as large as the inspector, with its size. */
import type { ReactElement } from 'react';
import type { VersionId } from '../../shared/domain/ids.ts';
import type { Thumbnail } from '../state/thumbnails.ts';
import { useCall } from '../state/use-call.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { Facts, Inspector, InspectorSection } from '../ui/inspector.tsx';
import { Picture } from '../ui/picture.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';

export interface ImageInspectorProps {
  readonly versionId: VersionId;
  readonly column: string;
  /** The row of the version, from 0. */
  readonly row: number;
  readonly onClose: () => void;
}

/** As wide as an inspector is at first. */
const shownSide = 288;

export function ImageInspector({ versionId, column, row, onClose }: ImageInspectorProps): ReactElement {
  const { state, reload } = useCall('images.show', { versionId, column, rows: [row], side: shownSide * 2 });
  return (
    <Inspector title={`${column}, row ${formatCount(row + 1)}`} onClose={onClose}>
      {state.status === 'loading' ? <Loading label="Reading the image" rows={6} /> : state.status === 'failed' ? <ErrorPanel error={state.error} onRetry={reload} /> : <Shown found={state.value[0]} column={column} row={row} />}
    </Inspector>
  );
}

function Shown({ found, column, row }: { readonly found: Thumbnail | undefined; readonly column: string; readonly row: number }): ReactElement {
  if (found === undefined) return <EmptyState icon="image">This row has no image.</EmptyState>;
  if ('problem' in found) return <EmptyState icon="image">The image cannot be shown: {found.problem}.</EmptyState>;
  return (
    <>
      <InspectorSection><Picture shown={found.shown} side={shownSide} label={`Image in column ${column} of row ${row + 1}`} /></InspectorSection>
      <InspectorSection title="Image">
        <Facts facts={[
          { term: 'Size', value: `${formatCount(found.width)} × ${formatCount(found.height)} pixels` },
          { term: 'Format', value: found.format === 'png' ? 'PNG' : 'JPEG' },
          { term: 'File', value: formatBytes(found.sizeBytes) },
        ]} />
      </InspectorSection>
    </>
  );
}
