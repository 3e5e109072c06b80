/** The type of a column as an icon, and its word. */
import type { ReactElement } from 'react';
import type { ColumnType } from '../../shared/domain/columns.ts';
import { Icon, type IconName } from './icon.tsx';

export const columnTypeWords: Readonly<Record<ColumnType, string>> = {
  boolean: 'True/false', integer: 'Integer', number: 'Number', category: 'Category', text: 'Text', date: 'Date', timestamp: 'Time stamp', image: 'Image',
};

/** Types as people know them: ordered categories and ids are stored as other types, and said to be so. */
export type KnownType = ColumnType | 'ordered' | 'id';

export const knownTypeWords: Readonly<Record<KnownType, string>> = { ...columnTypeWords, ordered: 'Ordered category', id: 'Id' };

const columnTypeIcons: Readonly<Record<ColumnType, IconName>> = {
  boolean: 'toggle', integer: 'hash', number: 'hash', category: 'list', text: 'text', date: 'calendar', timestamp: 'clock', image: 'image',
};

export function ColumnIcon({ type }: { readonly type: ColumnType }): ReactElement {
  return <Icon name={columnTypeIcons[type]} label={columnTypeWords[type]} />;
}
