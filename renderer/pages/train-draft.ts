/** The training form as it is typed: a configuration, and over it the text of number fields; checked as a whole. Pure. */
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { TrainConfig } from '../../shared/domain/train-config.ts';
import { fieldWords } from './train-fields.ts';
import { limitsAt, listProblem, numberProblem } from './train-limits.ts';
import { ruleProblems, warningsOf } from './train-rules.ts';

export interface TrainDraft {
  readonly name: string;
  /** What is chosen; numbers as they were before anything was typed. */
  readonly config: TrainConfig;
  /** Text of number fields by their path in the configuration. */
  readonly typed: Readonly<Record<string, string>>;
}

export interface CheckedDraft {
  /** Null while something is wrong. */
  readonly config: TrainConfig | null;
  /** By path: what is wrong with the field, and what it takes. */
  readonly errors: Readonly<Record<string, string>>;
  /** What works but deserves a look. */
  readonly warnings: readonly string[];
}

export function draftOf(config: TrainConfig, name = ''): TrainDraft {
  return { name, config, typed: {} };
}

/** Chooses a value; text typed for it or for a part of it is forgotten. */
export function withChoice(draft: TrainDraft, path: string, value: unknown): TrainDraft {
  const typed = Object.fromEntries(Object.entries(draft.typed).filter(([each]) => each !== path && !each.startsWith(`${path}.`)));
  return { ...draft, config: withValue(draft.config, path, value) as TrainConfig, typed };
}

export function withText(draft: TrainDraft, path: string, text: string): TrainDraft {
  return { ...draft, typed: { ...draft.typed, [path]: text } };
}

/** The text of a number field: as typed, else as the configuration has it. */
export function textAt({ typed, config }: TrainDraft, path: string): string {
  const text = typed[path];
  if (text !== undefined) return text;
  const value = valueAt(config, path);
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'number') return '';
  return fieldWords(path).isPercent ? String(Number((value * 100).toFixed(4))) : String(value);
}

/** Another configuration with what the person has changed since `suggested`, where that still has a meaning. */
export function carryOver(draft: TrainDraft, suggested: TrainConfig, next: TrainConfig): TrainDraft {
  const { config } = draft;
  const sameRows = JSON.stringify(suggested.features) === JSON.stringify(next.features);
  let carried: TrainDraft = draftOf(next, draft.name);
  for (const key of Object.keys(config) as (keyof TrainConfig)[]) {
    const isChanged = JSON.stringify(config[key]) !== JSON.stringify(suggested[key]);
    const isOfKind = key === 'model' || ((key === 'features' || key === 'split') && !sameRows);
    if (isChanged && !isOfKind) carried = withChoice(carried, key, config[key]);
  }
  const kept = Object.entries(draft.typed).filter(([path]) => !path.startsWith('model.') && valueAt(carried.config, path) !== undefined);
  return { ...carried, typed: Object.fromEntries(kept) };
}

/** Reads the draft into a configuration; every wrong field has a sentence that says what it takes. */
export function checkDraft(draft: TrainDraft, version: DatasetVersion, profiles: readonly ColumnProfile[] | null): CheckedDraft {
  const errors: Record<string, string> = {};
  let candidate: unknown = draft.config;
  for (const [path, text] of Object.entries(draft.typed)) {
    const limits = limitsAt(draft.config, path);
    if (limits === null) continue; // of a choice that was left
    const { listOf, isPercent } = fieldWords(path);
    const value = listOf === undefined ? readNumber(text) / (isPercent ? 100 : 1) : readList(text);
    const problem = typeof value === 'number' ? numberProblem(value, limits, isPercent ? 100 : 1) : listProblem(value, limits, listOf ?? '');
    if (problem !== null) errors[path] = problem;
    candidate = withValue(candidate, path, value);
  }
  const parsed = TrainConfig.safeParse(candidate);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = path.join('.');
    const isKnown = Object.keys(errors).some((each) => field === each || field.startsWith(`${each}.`));
    if (!isKnown) errors[field] = field === 'features' ? 'Choose at least one feature.' : message;
  }
  if (parsed.success) for (const [path, problem] of Object.entries(ruleProblems(parsed.data, version, profiles))) errors[path] ??= problem;
  const config = parsed.success && Object.keys(errors).length === 0 ? parsed.data : null;
  return { config, errors, warnings: warningsOf(parsed.data ?? draft.config, version, profiles) };
}

/** A typed number; grouping commas and spaces are allowed, "" is not a number. */
export function readNumber(text: string): number {
  const plain = text.replace(/[\s,_]/g, '').replace('\u2212', '-');
  return plain === '' ? NaN : Number(plain);
}

/** "64, 32" or "64-32" as numbers; what is not one is NaN. */
export function readList(text: string): number[] {
  return text.split(/[\s,;x\u2013-]+/).filter(Boolean).map(Number);
}

function valueAt(config: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value === null || typeof value !== 'object' ? undefined : (value as Record<string, unknown>)[key]), config);
}

function withValue(config: unknown, path: string, value: unknown): unknown {
  const [key = '', ...rest] = path.split('.');
  const part = config as Record<string, unknown>;
  return { ...part, [key]: rest.length === 0 ? value : withValue(part[key], rest.join('.'), value) };
}
