/** What Assay finds in a version, and what it suggests from that. Nothing of it is stored until a person confirms it. */
import type { Classification, Measured, RoleSuggestion, TagSuggestion } from '../../shared/domain/classification.ts';
import { dimensions, detectorWords, isPersonal, isSpecial, qualityPartWords } from '../../shared/domain/classification.ts';
import type { ColumnNote } from '../../shared/domain/column-notes.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { listColumnNotes } from './columns.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion, profileVersion, tableOf } from './datasets.ts';
import { suggestRoles } from './role-suggestions.ts';

/** Content never changes, so each is measured once while the project is open. */
const measurements = new WeakMap<AppContext, Map<string, Promise<Measured>>>();

/** Detections and quality of the version's content. @throws AppError store/object-missing, store/object-damaged */
export async function measureVersion(context: AppContext, version: DatasetVersion): Promise<Measured> {
  const held = measurements.get(context) ?? new Map<string, Promise<Measured>>();
  measurements.set(context, held);
  const known = held.get(version.object);
  if (known) return known;
  const made = tableOf(context.store, version).then((table) => context.tables.run('classify', { table }));
  held.set(version.object, made);
  made.catch(() => held.delete(version.object));
  return made;
}

/** @throws AppError store/not-found, store/object-missing, store/object-damaged */
export async function classifyVersion(context: AppContext, id: VersionId): Promise<Classification> {
  const version = getVersion(context.store, id);
  const dataset = getDataset(context, version.datasetId);
  const [measured, profile] = await Promise.all([measureVersion(context, version), profileVersion(context, id)]);
  const notes = listColumnNotes(context, dataset.id);
  return { ...measured, tags: suggestTags(dataset, version, measured, profile), roles: undecided(suggestRoles(version.columns, profile), notes) };
}

/** One tag for each dimension that has none; the quality also where it was measured anew. */
export function suggestTags(dataset: Dataset, version: DatasetVersion, measured: Measured, profile: readonly ColumnProfile[]): TagSuggestion[] {
  const suggestions = [sourceOf(version), typeOf(version, measured, profile), qualityTag(measured), sensitivityOf(measured)].filter((each) => each !== null);
  return suggestions.filter(({ tag }) => {
    const given = dataset.tags.filter(({ key }) => key === tag.key);
    return tag.key === 'quality' ? !given.some(({ value }) => value === tag.value) : given.length === 0;
  }).sort((a, b) => dimensionPlace(a) - dimensionPlace(b));
}

function dimensionPlace({ tag }: TagSuggestion): number {
  return dimensions.findIndex((dimension) => dimension === tag.key);
}

function sourceOf({ source }: DatasetVersion): TagSuggestion | null {
  if (source.kind === 'file') return { tag: { key: 'source', value: source.fileName.slice(0, 120) }, reason: 'It was imported from this file.' };
  if (source.kind === 'prediction') return { tag: { key: 'source', value: 'prediction' }, reason: 'A model of this project predicted it.' };
  return null;
}

/** Fewer columns of numbers than this are no pixels. */
const fewestPixels = 64;

function typeOf({ columns, rowCount }: DatasetVersion, { detections }: Measured, profile: readonly ColumnProfile[]): TagSuggestion {
  const tag = (value: string, reason: string): TagSuggestion => ({ tag: { key: 'type', value }, reason });
  const numeric = columns.filter(({ type }) => type === 'integer' || type === 'number');
  if (numeric.length >= fewestPixels && numeric.length >= columns.length - 2 && numeric.every(({ name }) => /\d+$/.test(name))) {
    return tag('images', `It has ${numeric.length} numbered columns of numbers, as pixels have.`);
  }
  const place = detections.find(({ detector }) => detector === 'coordinates');
  if (place) return tag('geographic', place.reason);
  const time = profile.find(({ type, distinctCount }) => (type === 'date' || type === 'timestamp') && distinctCount > 0.9 * rowCount && rowCount > 20);
  if (time) return tag('time series', `“${time.name}” is a time, and another one in almost every row.`);
  const text = profile.find((column) => column.type === 'text' && hasWords(column));
  if (text) return tag('text', `“${text.name}” holds texts of several words.`);
  return tag('table', 'It has columns of several kinds, and none that would make it something else.');
}

function hasWords({ topValues }: ColumnProfile): boolean {
  const values = topValues ?? [];
  return values.length > 0 && values.filter(({ value }) => value.trim().split(/\s+/).length > 3).length * 2 > values.length;
}

function qualityTag({ quality, seenRowCount, rowCount }: Measured): TagSuggestion {
  const lost = quality.parts.filter(({ points, maxPoints }) => points < maxPoints - 0.05)
    .map(({ part, points, maxPoints }) => `${qualityPartWords[part].word.toLowerCase()} cost ${Number((maxPoints - points).toFixed(1))}`);
  const sample = seenRowCount < rowCount ? ` Measured on ${seenRowCount.toLocaleString('en')} of ${rowCount.toLocaleString('en')} rows.` : '';
  return { tag: { key: 'quality', value: String(quality.score) }, reason: `${lost.length === 0 ? 'Nothing was found against it.' : `Of 100 points, ${lost.join('; ')}.`}${sample}` };
}

function sensitivityOf({ detections }: Measured): TagSuggestion | null {
  const personal = detections.filter(({ detector }) => isPersonal(detector));
  const special = personal.filter(({ detector }) => isSpecial(detector));
  const [first, ...more] = special.length > 0 ? special : personal;
  if (!first) return null;
  const others = more.length === 0 ? '' : ` Also: ${[...new Set(more.map(({ detector }) => detectorWords[detector]))].join(', ')}.`;
  return { tag: { key: 'sensitivity', value: special.length > 0 ? 'special' : 'personal' }, reason: `${first.reason}${others}` };
}

function undecided(suggestions: readonly RoleSuggestion[], notes: readonly ColumnNote[]): RoleSuggestion[] {
  return suggestions.filter(({ column }) => !notes.some((note) => note.column === column && note.role !== null));
}
