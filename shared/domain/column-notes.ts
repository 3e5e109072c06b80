/**
 * What people say of a column: its role, unit, meaning and the order of its categories. It belongs to the dataset by
 * the column's name and not to a version, which never changes.
 */
import { z } from 'zod';

export const columnRoles = ['target', 'feature', 'id', 'time', 'weight', 'split', 'ignore'] as const;
export const ColumnRole = z.enum(columnRoles);
export type ColumnRole = z.infer<typeof ColumnRole>;

export const Unit = z.string().trim().max(40);
export const ColumnDescription = z.string().trim().max(2000);
/** Categories from the lowest to the highest. */
export const Categories = z.array(z.string().min(1).max(200)).min(2).max(200)
  .refine((values) => new Set(values).size === values.length, 'a category stands once in the order');
/** Null where they have no order. */
export const CategoryOrder = Categories.nullable();

export const ColumnNote = z.object({
  /** The entity that holds it; the same for everybody, made of the dataset and the name. */
  id: z.string(),
  column: z.string().min(1),
  role: ColumnRole.nullable().default(null),
  unit: Unit.default(''),
  description: ColumnDescription.default(''),
  categoryOrder: CategoryOrder.default(null),
});
export type ColumnNote = z.infer<typeof ColumnNote>;

/** The parts that are to change; what is absent stays. */
export const ColumnNoteChange = z.object({
  role: ColumnRole.nullable().optional(), unit: Unit.optional(), description: ColumnDescription.optional(), categoryOrder: CategoryOrder.optional(),
}).refine((change) => Object.keys(change).length > 0, 'there is nothing to change');
export type ColumnNoteChange = z.infer<typeof ColumnNoteChange>;

/** What is said of the column; nothing where nobody has said anything. */
export function noteOf(notes: readonly ColumnNote[], column: string): ColumnNote | null {
  return notes.find((note) => note.column === column) ?? null;
}
