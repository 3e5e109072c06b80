/** What a number of a training configuration may be, read from its schema, so that the form and the engine never disagree. Pure. */
import { z } from 'zod';
import { TrainConfig } from '../../shared/domain/train-config.ts';
import { formatCount, formatNumber } from '../ui/format.ts';

export interface Limits {
  readonly isWhole: boolean;
  readonly least: number;
  readonly most: number;
  /** Whether the ends themselves are allowed. */
  readonly hasLeast: boolean;
  readonly hasMost: boolean;
  /** For a list of such numbers: how many there may be. */
  readonly count: { readonly least: number; readonly most: number } | null;
}

/** The parts of a JSON Schema that say what a number may be. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

let schema: Schema | null = null;

/** The limits of the number or list of numbers at `path`, where `config` is of the kinds it names; null where there is none. */
export function limitsAt(config: unknown, path: string): Limits | null {
  schema ??= z.toJSONSchema(TrainConfig, { io: 'input' }) as Schema;
  let part: Schema | null = chosen(schema, config);
  let value = config;
  for (const key of path.split('.')) {
    value = value === null || typeof value !== 'object' ? undefined : (value as Record<string, unknown>)[key];
    part = chosen(part?.properties?.[key] ?? null, value);
  }
  if (part?.type === 'array') {
    const each = part.items ? numberLimits(part.items) : null;
    return each && { ...each, count: { least: part.minItems ?? 0, most: part.maxItems ?? Infinity } };
  }
  return part && numberLimits(part);
}

/** Of a union the member the value is of; of "a number or nothing" the number. */
function chosen(part: Schema | null, value: unknown): Schema | null {
  if (part?.oneOf) {
    return part.oneOf.find(({ properties }) => Object.entries(properties ?? {}).some(([key, each]) => each.const !== undefined && each.const === (value as Record<string, unknown> | undefined)?.[key])) ?? null;
  }
  return part?.anyOf ? part.anyOf.find(({ type }) => type !== 'null' && type !== 'string') ?? null : part;
}

function numberLimits(part: Schema): Limits | null {
  if (part.type !== 'number' && part.type !== 'integer') return null;
  return {
    isWhole: part.type === 'integer', least: part.minimum ?? part.exclusiveMinimum ?? -Infinity, most: part.maximum ?? part.exclusiveMaximum ?? Infinity,
    hasLeast: part.minimum !== undefined, hasMost: part.maximum !== undefined, count: null,
  };
}

/** What is wrong with a number, as a sentence; null when nothing is. `scale` 100 shows shares as percent. */
export function numberProblem(value: number, limits: Limits, scale = 1): string | null {
  const noun = limits.isWhole ? 'whole number' : 'number';
  if (!Number.isFinite(value)) return `Enter a ${noun} ${rangeWords(limits, scale)}.`;
  if (limits.isWhole && !Number.isInteger(value)) return `Enter a whole number ${rangeWords(limits, scale)}.`;
  const isBelow = value < limits.least || (value === limits.least && !limits.hasLeast);
  const isAbove = value > limits.most || (value === limits.most && !limits.hasMost);
  return isBelow || isAbove ? `Must be ${rangeWords(limits, scale)}.` : null;
}

/** "between 1 and 512", "above 0 and at most 10", "above 0". */
function rangeWords({ least, most, hasLeast, hasMost }: Limits, scale: number): string {
  const low = endWords(least * scale);
  const high = endWords(most * scale);
  if (most === Infinity) return hasLeast ? `of at least ${low}` : `above ${low}`;
  if (hasLeast && hasMost) return `between ${low} and ${high}`;
  return `${hasLeast ? `at least ${low}` : `above ${low}`} and ${hasMost ? `at most ${high}` : `below ${high}`}`;
}

function endWords(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatNumber(value, 10);
}

/** What is wrong with a list of numbers, as a sentence; null when nothing is. */
export function listProblem(values: readonly number[], limits: Limits, one: string): string | null {
  const { least, most } = limits.count ?? { least: 1, most: Infinity };
  if (values.length < least) return `Enter the ${one}, as in ${limits.isWhole ? '64, 64' : '0.1, 0.5, 0.9'}.`;
  if (values.length > most) return `At most ${most} numbers.`;
  const problem = values.map((value) => numberProblem(value, limits)).find((each) => each !== null);
  return problem === undefined ? null : `Each must be a ${limits.isWhole ? 'whole number' : 'number'} ${rangeWords(limits, 1)}.`;
}
