/** The type of a column as an icon, and its word. */
import type { ReactElement } from 'react';
import type { ColumnType } from '../../shared/domain/columns.ts';
import { Icon, type IconName } from './icon.tsx';

export const columnTypeWords: Readonly<Record<ColumnType, string>> = {
  boolean: 'True/false', integer: 'Integer', number: 'Number', category: 'Category', text: 'Text', date: 'Date', timestamp: 'Time stamp', image: 'Image',
};

const columnTypeIcons: Readonly<Record<ColumnType, IconName>> = {
  boolean: 'toggle', integer: 'hash', number: 'hash', category: 'list', text: 'text', date: 'calendar', timestamp: 'clock', image: 'image',
};

export function ColumnIcon({ type }: { readonly type: ColumnType }): ReactElement {
  return <Icon name={columnTypeIcons[type]} label={columnTypeWords[type]} />;
}
