/** What Assay finds in the content of a version: measured quality, detected kinds of data, and what follows from them as suggestions. */
import { z } from 'zod';
import { ColumnRole } from './column-notes.ts';
import { Tag } from './datasets.ts';

/** Dimensions that tags have by themselves: a tag "quality: 87" is of the dimension quality. */
export const dimensions = ['source', 'type', 'quality', 'sensitivity'] as const;
export type Dimension = (typeof dimensions)[number];

export const detectorNames = [
  'email', 'phone', 'iban', 'card', 'us-ssn', 'uk-nino', 'de-tax-id', 'fr-nir', 'it-codice-fiscale', 'es-dni', 'ip-address', 'coordinates',
  'name', 'birth-date', 'address', 'contact', 'income', 'official-id', 'health', 'belief',
] as const;
export const DetectorName = z.enum(detectorNames);
export type DetectorName = z.infer<typeof DetectorName>;

export const Detection = z.object({
  detector: DetectorName,
  columns: z.array(z.string()).min(1),
  /** Share of the present values that match; null where the name of the column says it. */
  matchShare: z.number().nullable(),
  /** Why, as a sentence with the threshold. */
  reason: z.string(),
});
export type Detection = z.infer<typeof Detection>;

export const qualityParts = ['missing', 'duplicates', 'outliers', 'forms', 'constant'] as const;

export const QualityPart = z.object({
  part: z.enum(qualityParts),
  /** Points got, and the most there are. */
  points: z.number(),
  maxPoints: z.number(),
  /** Share of cells, rows or columns that are bad. */
  share: z.number(),
  /** Columns to blame, the worst first, with their own share. */
  columns: z.array(z.object({ name: z.string(), share: z.number() })),
});
export type QualityPart = z.infer<typeof QualityPart>;

export const Quality = z.object({ score: z.number().int().min(0).max(100), parts: z.array(QualityPart) });
export type Quality = z.infer<typeof Quality>;

/** What the data process measures. */
export const Measured = z.object({
  rowCount: z.number().int(),
  /** Rows looked at: all, or an even sample of them. */
  seenRowCount: z.number().int(),
  detections: z.array(Detection),
  quality: Quality,
});
export type Measured = z.infer<typeof Measured>;

export const TagSuggestion = z.object({ tag: Tag, reason: z.string() });
export type TagSuggestion = z.infer<typeof TagSuggestion>;

export const RoleSuggestion = z.object({ column: z.string(), role: ColumnRole, reason: z.string() });
export type RoleSuggestion = z.infer<typeof RoleSuggestion>;

export const Classification = Measured.extend({
  /** Only what nobody has decided: a dimension that has a tag is left alone. */
  tags: z.array(TagSuggestion),
  roles: z.array(RoleSuggestion),
});
export type Classification = z.infer<typeof Classification>;

/** How each detector is called in sentences. */
export const detectorWords: Readonly<Record<DetectorName, string>> = {
  email: 'e-mail addresses', phone: 'phone numbers', iban: 'bank accounts (IBAN)', card: 'card numbers', 'us-ssn': 'US social security numbers',
  'uk-nino': 'UK national insurance numbers', 'de-tax-id': 'German tax ids', 'fr-nir': 'French social security numbers', 'it-codice-fiscale': 'Italian tax codes',
  'es-dni': 'Spanish identity numbers', 'ip-address': 'IP addresses', coordinates: 'coordinates', name: 'names of people', 'birth-date': 'dates of birth',
  address: 'postal addresses', contact: 'ways to reach people', income: 'incomes', 'official-id': 'numbers of people\u2019s papers', health: 'facts about health', belief: 'beliefs or origin',
};

export const qualityPartWords: Readonly<Record<QualityPart['part'], { readonly word: string; readonly of: string }>> = {
  missing: { word: 'Missing values', of: 'of the cells' },
  duplicates: { word: 'Repeated rows', of: 'of the rows' },
  outliers: { word: 'Far outliers', of: 'of the numbers' },
  forms: { word: 'Mixed spellings', of: 'of the texts' },
  constant: { word: 'Constant columns', of: 'of the columns' },
};

/** Detectors whose findings are about people; coordinates are of places. */
export function isPersonal(detector: DetectorName): boolean {
  return detector !== 'coordinates';
}

/** Special categories of personal data (GDPR, article 9): health, religion, origin. */
export function isSpecial(detector: DetectorName): boolean {
  return detector === 'health' || detector === 'belief';
}
