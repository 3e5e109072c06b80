/**
 * Tells which columns hold data about people, or coordinates: by the form and check digits of the values, else by the
 * column's name. Precision comes first: each detector states the share of values from which it speaks.
 */
import { detectorWords, type Detection, type DetectorName } from '../../shared/domain/classification.ts';
import type { Column } from '../../shared/domain/columns.ts';
import {
  couldBePhone, hasEmail, isCardNumber, isCodiceFiscale, isFrenchNir, isGermanTaxId, isIban, isIpAddress, isPhone, isSpanishDni, isUkNino, isUsSsn,
} from './check-digits.ts';
import { coordinateOf, saidByName } from './column-name-words.ts';

/** A value of a column with the number of rows that hold it. */
export interface CountedText { readonly text: string; readonly count: number }

/** What is known of a column when its kind is told. */
export interface ColumnContent extends Column {
  /** Of texts, categories and whole numbers; empty for other types. */
  readonly values: readonly CountedText[];
  /** Of numbers; null without any. */
  readonly range: { readonly min: number; readonly max: number } | null;
}

interface Detector {
  readonly name: DetectorName;
  readonly matches: (text: string) => boolean;
  /** Share of the present values from which it speaks. A check digit that one random number in ten passes needs a high one. */
  readonly from: number;
}

const detectors: readonly Detector[] = [
  { name: 'email', matches: hasEmail, from: 0.01 },
  { name: 'iban', matches: isIban, from: 0.05 },
  { name: 'card', matches: isCardNumber, from: 0.5 },
  { name: 'us-ssn', matches: isUsSsn, from: 0.5 },
  { name: 'uk-nino', matches: isUkNino, from: 0.3 },
  { name: 'de-tax-id', matches: isGermanTaxId, from: 0.5 },
  { name: 'fr-nir', matches: isFrenchNir, from: 0.3 },
  { name: 'it-codice-fiscale', matches: isCodiceFiscale, from: 0.3 },
  { name: 'es-dni', matches: isSpanishDni, from: 0.5 },
  { name: 'ip-address', matches: isIpAddress, from: 0.5 },
  { name: 'phone', matches: isPhone, from: 0.5 },
];

/** One finding per column at most, and one per pair of coordinates, in the order of the columns. */
export function detect(columns: readonly ColumnContent[]): Detection[] {
  return [...columns.flatMap((column) => byValues(column) ?? byName(column) ?? []), ...coordinates(columns)];
}

function byValues({ name, values }: ColumnContent): Detection | null {
  const total = countOf(values);
  if (total === 0) return null;
  const found = detectors
    .map((detector) => ({ detector, share: countOf(values.filter(({ text }) => detector.matches(text))) / total }))
    .filter(({ detector, share }) => share >= detector.from)
    .sort((a, b) => b.share - a.share)[0];
  if (!found) return null;
  const { detector, share } = found;
  return {
    detector: detector.name, columns: [name], matchShare: share,
    reason: `${percent(share)} of the values of “${name}” have the form of ${detectorWords[detector.name]}; said from ${percent(detector.from)} on.`,
  };
}

function byName({ name, type, values }: ColumnContent): Detection | null {
  const said = saidByName(name);
  if (said === null || !fits(said.detector, type)) return null;
  const { detector, phrase } = said;
  if (detector === 'contact' && values.length > 0) {
    // A column "phone" may hold the maker of a telephone: only digits count as numbers.
    const share = countOf(values.filter(({ text }) => couldBePhone(text))) / countOf(values);
    if (share < 0.5) return null;
    return { detector: 'phone', columns: [name], matchShare: share, reason: `The name of “${name}” says so, and ${percent(share)} of its values could be phone numbers.` };
  }
  return { detector, columns: [name], matchShare: null, reason: `The name of “${name}” says “${phrase}”: ${detectorWords[detector]}.` };
}

/** A count or a yes-or-no called "street" or "email" holds no address. */
function fits(detector: DetectorName, type: Column['type']): boolean {
  switch (detector) {
    case 'name': return type === 'text' || type === 'category';
    case 'income': return type === 'integer' || type === 'number';
    case 'health': case 'belief': return true;
    case 'birth-date': return type !== 'boolean' && type !== 'number';
    default: return type !== 'boolean' && type !== 'number' && type !== 'date' && type !== 'timestamp';
  }
}

/** Latitude and longitude that belong together by their names, both within their range. */
function coordinates(columns: readonly ColumnContent[]): Detection[] {
  const named = columns.flatMap((column) => {
    const said = column.range === null ? null : coordinateOf(column.name);
    return said ? [{ ...said, name: column.name, limit: Math.max(Math.abs(column.range?.min ?? 0), Math.abs(column.range?.max ?? 0)) }] : [];
  });
  return named.filter(({ axis, limit }) => axis === 'latitude' && limit <= 90).flatMap((latitude) => {
    const longitude = named.find(({ axis, rest, limit }) => axis === 'longitude' && rest === latitude.rest && limit <= 180);
    if (!longitude) return [];
    return [{
      detector: 'coordinates' as const, columns: [latitude.name, longitude.name], matchShare: null,
      reason: `“${latitude.name}” and “${longitude.name}” are named as a pair, and lie within ±90 and ±180 degrees.`,
    }];
  });
}

function countOf(values: readonly CountedText[]): number {
  return values.reduce((sum, { count }) => sum + count, 0);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
