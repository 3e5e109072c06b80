/**
 * Numbers that identify people, accounts and machines, told by their published form and check digit.
 * Each takes one value as it stands in a table; spaces and the usual separators are allowed.
 */
import { isIP } from 'node:net';

/** RFC 5322 addr-spec without comments and quoted parts, with a domain of at least two labels. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,63}$/.test(text);
}

/** Whether an e-mail address stands somewhere in a longer text. */
export function hasEmail(text: string): boolean {
  return text.includes('@') && text.split(/[\s<>()[\],;:"]+/).some((word) => isEmail(word.replace(/[.!?]+$/, '')));
}

/** E.164 with its plus sign (ITU-T E.164: at most 15 digits), or a national form with separators of the US, UK, France or Germany. */
export function isPhone(text: string): boolean {
  const trimmed = text.trim();
  if (/^(\+|00)[1-9][0-9 ()./-]{6,24}$/.test(trimmed)) {
    const digits = trimmed.replace(/^00/, '').replace(/\D/g, '').length;
    return digits >= 7 && digits <= 15;
  }
  return nationalPhones.some((pattern) => pattern.test(trimmed));
}

const nationalPhones: readonly RegExp[] = [
  /^(1[ .-])?(\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}$/, // North American numbering plan
  /^0[1-9]([ .-]\d{2}){4}$/, // France
  /^(020 \d{4} \d{4}|0\d{3} \d{3} \d{4}|0\d{4} \d{6})$/, // United Kingdom
  /^\(?0[1-9]\d{1,4}\)?[ /]\d{3,}([ -]\d{1,5}){0,3}$/, // Germany, DIN 5008
];

/** A number whose digits alone could be a phone's: told as one only in a column that says so. */
export function couldBePhone(text: string): boolean {
  const digits = text.replace(/[ ()./+-]/g, '');
  return /^\d{7,15}$/.test(digits);
}

/** Lengths by country of the IBAN registry (ISO 13616). */
const ibanLengths: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BR: 29, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DK: 18, DO: 28, EE: 20, EG: 29,
  ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HR: 21, HU: 28, IE: 22, IL: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20,
  LB: 28, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MR: 27, MT: 31, MU: 30, NL: 18, NO: 15, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29,
  RO: 24, RS: 22, SA: 24, SE: 24, SI: 19, SK: 24, SM: 27, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20,
};

/** ISO 13616: the country's length, and mod 97 equal to 1 (ISO 7064) with the first four characters moved to the end. */
export function isIban(text: string): boolean {
  const iban = text.replace(/[ -]/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban) || ibanLengths[iban.slice(0, 2)] !== iban.length) return false;
  return modulo([...iban.slice(4), ...iban.slice(0, 4)].map((character) => parseInt(character, 36)).join(''), 97) === 1;
}

/** ISO/IEC 7812: a known issuer's first digits and length, and the check digit of Luhn. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  return /^\d{13,19}$/.test(digits) && issuers.some((issuer) => issuer.test(digits)) && hasLuhnDigit(digits);
}

const issuers: readonly RegExp[] = [
  /^4(\d{12}|\d{15}|\d{18})$/, // Visa
  /^(5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12})$/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^(6011|65\d{2}|64[4-9]\d)\d{12}$/, // Discover
  /^3(0[0-5]|[68]\d)\d{11}$/, // Diners
  /^35(2[89]|[3-8]\d)\d{12}$/, // JCB
  /^62\d{14,17}$/, // UnionPay
];

/** ISO/IEC 7812-1, annex B: from the right every second digit is doubled, and the digits add up to a multiple of ten. */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** With hyphens; never area 000, 666 or 9xx, group 00 or serial 0000 (US Social Security Administration, 2011). */
export function isUsSsn(text: string): boolean {
  return /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/.test(text.trim());
}

/** HM Revenue and Customs, National Insurance Manual NIM39110: letters and pairs of letters that are never given. */
export function isUkNino(text: string): boolean {
  return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(text.replace(/ /g, '').toUpperCase());
}

/** Steuer-ID: eleven digits, the last by ISO 7064 MOD 11,10; of the first ten exactly one stands twice or three times (§ 139b AO). */
export function isGermanTaxId(text: string): boolean {
  const digits = text.replace(/ /g, '');
  if (!/^[1-9]\d{10}$/.test(digits)) return false;
  const counts = new Map<string, number>();
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  if (repeated.length !== 1 || (repeated[0] ?? 0) > 3) return false;
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (2 * sum) % 11;
  }
  return (11 - product) % 10 === Number(digits[10]);
}

/** NIR of France: sex, year, month, place, order, and the key 97 − (number mod 97); Corsica's 2A and 2B count as 19 and 18 (INSEE). */
export function isFrenchNir(text: string): boolean {
  const nir = text.replace(/[ .-]/g, '').toUpperCase();
  if (!/^[1-478]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2[AB])\d{8}$/.test(nir)) return false;
  return 97 - modulo(nir.slice(0, 13).replace('2A', '19').replace('2B', '18'), 97) === Number(nir.slice(13));
}

/** Values of the characters at odd places of a codice fiscale (D.M. 23 dicembre 1976), of the digits 0-9, then A-Z. */
const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Codice fiscale: six letters, year, month letter, day, place and the check character. */
export function isCodiceFiscale(text: string): boolean {
  const code = text.trim().toUpperCase();
  if (!/^[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$/.test(code)) return false;
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const value = parseInt(code[i] ?? '', 36);
    // Places are counted from 1, so index 0 is odd.
    sum += i % 2 === 0 ? oddValues[value] ?? 0 : value < 10 ? value : value - 10;
  }
  return String.fromCharCode(65 + (sum % 26)) === code[15];
}

/** DNI and NIE of Spain: eight digits and the letter of their remainder by 23 (Ministerio del Interior). */
export function isSpanishDni(text: string): boolean {
  const id = text.replace(/[ .-]/g, '').toUpperCase();
  if (!/^[0-9XYZ]\d{7}[A-Z]$/.test(id)) return false;
  const digits = id.slice(0, 8).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === id[8];
}

/** IPv4 in four decimal parts, or IPv6 (RFC 4291). */
export function isIpAddress(text: string): boolean {
  return isIP(text.trim()) !== 0;
}

/** The remainder of a decimal number of any length. */
function modulo(digits: string, by: number): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % by;
  return rest;
}
