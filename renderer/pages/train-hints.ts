/** What the profile says about a column as a feature: one hint each, and whether it is one to leave out. Pure. */
import type { ColumnProfile, ColumnType } from '../../shared/domain/columns.ts';
import type { ModelSpec } from '../../shared/domain/train-config.ts';
import { formatCount, formatNumber, formatShare } from '../ui/format.ts';
import type { IconName } from '../ui/icon.tsx';

export interface FeatureHint {
  readonly text: string;
  /** Worth a look: shown with a warning sign. */
  readonly isWarning: boolean;
}

/** Range or number of values, and what speaks against the column. */
export function featureHint(profile: ColumnProfile | undefined): FeatureHint {
  if (!profile) return { text: '', isWarning: false };
  const present = profile.rowCount - profile.missingCount;
  if (present === 0) return { text: 'no values at all; it cannot be used', isWarning: true };
  if (profile.distinctCount === 1) return { text: 'one value in every row; it tells nothing', isWarning: true };
  const isName = profile.distinctIsExact && profile.distinctCount === present && present > 20 && (profile.type === 'integer' || profile.type === 'text' || profile.type === 'category');
  if (isName) return { text: 'a different value in every row, as an id has', isWarning: true };
  const missing = profile.missingCount > 0 ? `, ${formatShare(profile.missingCount / profile.rowCount)} missing` : '';
  const isMostlyMissing = profile.missingCount > profile.rowCount * 0.5;
  if (profile.numeric && profile.type !== 'date' && profile.type !== 'timestamp') {
    return { text: `${formatNumber(profile.numeric.min, 3)} to ${formatNumber(profile.numeric.max, 3)}${missing}`, isWarning: isMostlyMissing };
  }
  return { text: `${profile.distinctIsExact ? '' : 'about '}${formatCount(profile.distinctCount)} values${missing}`, isWarning: isMostlyMissing };
}

export const typeIcons: Readonly<Record<ColumnType, IconName>> = {
  boolean: 'toggle', integer: 'hash', number: 'hash', category: 'list', text: 'text', date: 'calendar', timestamp: 'clock', image: 'image',
};

/** How a column of this type enters the network; `model` where it has a say. */
export function encodingWords(type: ColumnType, model: ModelSpec | null = null): string {
  if (model !== null && ('image' in model || ('sequence' in model && model.sequence.from === 'columns'))) return 'scaled alike';
  switch (type) {
    case 'integer': case 'number': case 'date': case 'timestamp': return 'standardised';
    case 'image': return 'no values';
    case 'boolean': case 'category': case 'text': return model?.kind === 'mlp' && model.embeddings ? 'vector' : 'one-hot';
  }
}
