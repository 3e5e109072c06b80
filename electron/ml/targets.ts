/** The target column: classes or numbers per row, and which rows have none. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { TaskKind } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';

export const maxClasses = 1000;

export interface ClassTarget {
  readonly task: 'classification';
  /** Sorted: numbers by value, words by code unit. */
  readonly classes: readonly string[];
  /** Class number per row; -1 where the target is missing. */
  readonly codes: Int32Array;
}

export interface NumberTarget {
  readonly task: 'regression';
  /** NaN where the target is missing or infinite. */
  readonly values: Float64Array;
}

export type Target = ClassTarget | NumberTarget;

/**
 * Reads a target. The classes are those of the whole column, so that parts agree on their numbers.
 * @throws train/target-not-number, train/no-target, train/one-class, train/too-many-classes.
 */
export function readTarget(column: ColumnData, task: TaskKind): Target {
  if (task === 'regression') return readNumbers(column);
  const target = column.kind === 'number' ? classesOfNumbers(column.values) : classesOfLabels(column.codes, column.labels);
  const found = target.classes.length;
  if (found === 0) throw fail('train/no-target', { column: column.name });
  if (found === 1) throw fail('train/one-class', { column: column.name, value: target.classes[0] as string });
  if (found > maxClasses) throw fail('train/too-many-classes', { column: column.name, found, limit: maxClasses });
  return target;
}

/** Whether a row has a target. */
export function hasTarget(target: Target, row: number): boolean {
  return target.task === 'classification' ? (target.codes[row] as number) >= 0 : Number.isFinite(target.values[row]);
}

/**
 * Balanced weights n / (C n_c) over the classes present among `codes`, so that each class weighs the same;
 * a class that is absent weighs 1. Source: King and Zeng 2001, as scikit-learn's "balanced".
 */
export function balancedClassWeights(codes: Int32Array, classCount: number): Float32Array {
  const counts = new Float64Array(classCount);
  for (const code of codes) counts[code]! += 1;
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(counts, (count) => (count > 0 ? codes.length / (present * count) : 1));
}

function readNumbers(column: ColumnData): NumberTarget {
  if (column.kind !== 'number') throw fail('train/target-not-number', { column: column.name, type: column.type });
  const values = column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  if (values.every((value) => Number.isNaN(value))) throw fail('train/no-target', { column: column.name });
  return { task: 'regression', values };
}

function classesOfNumbers(values: Float64Array): ClassTarget {
  const distinct = new Set<number>();
  for (const value of values) if (Number.isFinite(value)) distinct.add(value);
  const sorted = [...distinct].sort((a, b) => a - b);
  const numbers = new Map(sorted.map((value, i) => [value, i]));
  return {
    task: 'classification',
    classes: sorted.map((value) => String(value)),
    codes: Int32Array.from(values, (value) => numbers.get(value) ?? -1),
  };
}

function classesOfLabels(codes: Int32Array, labels: readonly string[]): ClassTarget {
  const isPresent = new Uint8Array(labels.length);
  for (const code of codes) if (code >= 0) isPresent[code] = 1;
  const classes = labels.filter((label, i) => isPresent[i] === 1 && label !== '').sort((a, b) => (a < b ? -1 : 1));
  const numbers = new Map(classes.map((label, i) => [label, i]));
  const byCode = labels.map((label) => numbers.get(label) ?? -1);
  return { task: 'classification', classes, codes: codes.map((code) => byCode[code] ?? -1) };
}
