/** What the form for a drift report holds, and what it becomes. Pure. */
import type { Column } from '../../shared/domain/columns.ts';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { DriftSpec } from '../../shared/domain/drift.ts';
import type { VersionId } from '../../shared/domain/ids.ts';

export interface DriftDraft {
  readonly kind: DriftSpec['kind'];
  /** Null until typed; then it no longer follows the choices. */
  readonly name: string | null;
  /** The reference version, or the one that is cut. */
  readonly reference: VersionId | null;
  readonly current: VersionId | null;
  readonly cutBy: string | null;
  readonly period: 'day' | 'week' | 'month';
  readonly referenceWindows: string;
  /** Columns to leave out. */
  readonly left: ReadonlySet<string>;
}

export interface FoundVersion { readonly dataset: Dataset; readonly version: DatasetVersion; }

/** The form as it opens: two versions where there are two, else a cut by time. */
export function initialDraft(all: readonly FoundVersion[], wanted: { readonly reference: VersionId | null; readonly current: VersionId | null }): DriftDraft {
  const reference = all.find((one) => one.version.id === wanted.reference) ?? null;
  const timed = reference ?? all.find((one) => timeColumn(one.version)) ?? all[0] ?? null;
  const isPair = wanted.current !== null || (reference !== null && !timeColumn(reference.version) && all.length > 1);
  const first = isPair ? reference ?? all[0] ?? null : timed;
  return {
    kind: isPair ? 'two-versions' : 'cut', name: null, reference: first?.version.id ?? null,
    current: wanted.current ?? partnerOf(all, first)?.version.id ?? null,
    cutBy: first ? timeColumn(first.version)?.name ?? null : null, period: 'month', referenceWindows: '1', left: new Set(),
  };
}

/** What can best be compared with it: the version with the most columns in common; null where none has any. */
export function partnerOf(all: readonly FoundVersion[], reference: FoundVersion | null): FoundVersion | null {
  if (!reference) return null;
  const names = new Set(reference.version.columns.map((column) => column.name));
  let best: { readonly found: FoundVersion; readonly shared: number } | null = null;
  for (const found of all) {
    const shared = found.version.columns.filter((column) => names.has(column.name)).length;
    if (found.version.id !== reference.version.id && shared > (best?.shared ?? 0)) best = { found, shared };
  }
  return best?.found ?? null;
}

export function timeColumn(version: DatasetVersion): Column | null {
  return version.columns.find((column) => column.type === 'timestamp' || column.type === 'date') ?? null;
}

/** Columns a dataset can be cut by: dates and time stamps, and whatever has few values. */
export function cutColumns(version: DatasetVersion): readonly Column[] {
  return version.columns.filter((column) => column.type !== 'text' && column.type !== 'number');
}

export function isTimed(version: DatasetVersion | null, cutBy: string | null): boolean {
  const type = version?.columns.find((column) => column.name === cutBy)?.type;
  return type === 'date' || type === 'timestamp';
}

/** Columns that can be compared: those of the one version but the cut, or those that both versions share. */
export function comparableColumns(draft: DriftDraft, reference: DatasetVersion | null, current: DatasetVersion | null): readonly Column[] {
  if (!reference) return [];
  if (draft.kind === 'cut') return reference.columns.filter((column) => column.name !== draft.cutBy);
  return reference.columns.filter((column) => current?.columns.some((one) => one.name === column.name));
}

export interface DraftErrors {
  readonly reference?: string;
  readonly current?: string;
  readonly cutBy?: string;
  readonly referenceWindows?: string;
  readonly columns?: string;
}

/** What is wrong, by field; and what will be asked for when nothing is. */
export function checkDriftDraft(draft: DriftDraft, reference: FoundVersion | null, current: FoundVersion | null): { readonly errors: DraftErrors; readonly spec: DriftSpec | null; readonly name: string } {
  const comparable = comparableColumns(draft, reference?.version ?? null, current?.version ?? null);
  const columns = comparable.map((column) => column.name).filter((name) => !draft.left.has(name));
  const windows = Number(draft.referenceWindows);
  const isCut = draft.kind === 'cut';
  const errors: DraftErrors = {
    ...(reference ? {} : { reference: 'Choose a dataset.' }),
    ...(!isCut && !current ? { current: 'Choose what to compare with it.' } : {}),
    ...(!isCut && current && reference?.version.id === current.version.id ? { current: 'Choose another version than the reference.' } : {}),
    ...(isCut && !draft.cutBy ? { cutBy: 'Choose the column to cut by.' } : {}),
    ...(isCut && !(Number.isInteger(windows) && windows >= 1 && windows <= 1000) ? { referenceWindows: 'A whole number from 1.' } : {}),
    ...(reference && (isCut || current) && columns.length === 0 ? { columns: comparable.length === 0 ? 'The two have no column in common.' : 'Keep at least one column.' } : {}),
  };
  const name = (draft.name ?? suggestName(draft, reference, current)).trim();
  if (Object.keys(errors).length > 0 || !reference || name === '') return { errors, spec: null, name };
  const chosen = columns.length === comparable.length ? null : columns;
  if (isCut) {
    const period = isTimed(reference.version, draft.cutBy) ? draft.period : null;
    return { errors, name, spec: { kind: 'cut', version: reference.version.id, cutBy: draft.cutBy ?? '', period, referenceWindows: windows, columns: chosen } };
  }
  return { errors, name, spec: current ? { kind: 'two-versions', reference: reference.version.id, current: current.version.id, columns: chosen } : null };
}

/** "flights by month", "flights v2 against v1". */
export function suggestName(draft: DriftDraft, reference: FoundVersion | null, current: FoundVersion | null): string {
  if (!reference) return '';
  if (draft.kind === 'cut') return draft.cutBy === null ? '' : `${reference.dataset.name} by ${isTimed(reference.version, draft.cutBy) ? draft.period : draft.cutBy}`;
  if (!current) return '';
  const said = reference.dataset.id === current.dataset.id ? `v${reference.version.number}` : `${reference.dataset.name} v${reference.version.number}`;
  return `${current.dataset.name} v${current.version.number} against ${said}`;
}
