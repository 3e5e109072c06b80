/** Reference values from the specifications that the functions name. */
import { describe, expect, it } from 'vitest';
import {
  couldBePhone, hasEmail, hasLuhnDigit, isCardNumber, isCodiceFiscale, isEmail, isFrenchNir, isGermanTaxId, isIban, isIpAddress, isPhone, isSpanishDni, isUkNino, isUsSsn,
} from '../../../electron/data/check-digits.ts';

interface Case { readonly is: (text: string) => boolean; readonly source: string; readonly yes: readonly string[]; readonly no: readonly string[] }

const cases: Readonly<Record<string, Case>> = {
  'an e-mail address': {
    is: isEmail, source: 'RFC 5321, RFC 5322 and RFC 3696, with its erratum 1690 for the length',
    yes: ['user@example.com', "o'hara+tag@mail.example.co.uk", 'customer/department=shipping@example.com', '!def!xyz%abc@example.com'],
    no: ['user@localhost', '@example.com', 'user@', 'a b@example.com', '@handle', 'user@example..com', `${'x'.repeat(65)}@example.com`, 'v1@2.0'],
  },
  'a phone number': {
    is: isPhone, source: 'ITU-T E.164; numbers kept for fiction by Ofcom, Arcep, Bundesnetzagentur and the NANP',
    yes: ['+12125550123', '+44 20 7946 0018', '+33 1 99 00 12 34', '0049 30 23125 000', '(212) 555-0123', '212-555-0123', '01 99 00 12 34', '020 7946 0018', '01632 960001', '030 23125000', '(030) 23125 000'],
    no: ['2024-01-15', '12125550123', '3.14159265', '10:30', '1-2', '+1', '2001:db8::1', '192.168.0.1', '0.123 456', '123-45-6789', '1 000 000'],
  },
  'an IBAN': {
    is: isIban, source: 'the examples of the IBAN registry (SWIFT, ISO 13616)',
    yes: ['GB29NWBK60161331926819', 'DE89370400440532013000', 'FR1420041010050500013M02606', 'CH9300762011623852957', 'NO9386011117947', 'IT60X0542811101000000123456', 'ES91 2100 0418 4502 0005 1332'],
    no: ['DE88370400440532013000', 'GB29NWBK6016133192681', 'ZZ29NWBK60161331926819', 'AB12', ''],
  },
  'a card number': {
    is: isCardNumber, source: 'test numbers of the card brands; ISO/IEC 7812',
    yes: ['4111111111111111', '4111 1111 1111 1111', '5555555555554444', '2223003122003222', '378282246310005', '6011111111111117', '30569309025904', '3530111333300000', '6200000000000005'],
    no: ['4111111111111112', '1234567812345670', '79927398713', '0000000000000000', '411111111111111a'],
  },
  'a US social security number': {
    is: isUsSsn, source: 'Social Security Administration: numbers that are never given',
    yes: ['078-05-1120', '219-09-9999'], no: ['000-12-3456', '666-12-3456', '900-12-3456', '123-00-4567', '123-45-0000', '123456789', '12-345-6789'],
  },
  'a UK national insurance number': {
    is: isUkNino, source: 'HM Revenue and Customs, NIM39110',
    yes: ['AB123456C', 'ab 12 34 56 c', 'JG103759A'], no: ['QQ123456C', 'BG123456A', 'GB123456A', 'AO123456A', 'AB123456E', 'AB12345C'],
  },
  'a German tax id': {
    is: isGermanTaxId, source: 'Bundeszentralamt für Steuern, and the examples of python-stdnum and of the ELSTER test data',
    yes: ['36574261809', '47036892816', '65929970489', '86 095 742 719'], no: ['36574261890', '36554266806', '12345678901', '06574261809', '3657426180'],
  },
  'a French social security number': {
    is: isFrenchNir, source: 'INSEE; the example 2 69 05 49 588 157 80 is the one of its Wikipedia article',
    yes: ['2 69 05 49 588 157 80', '269054958815780', '295109912611193'], no: ['269054958815781', '969054958815780', '269134958815780', '26905495881578'],
  },
  'an Italian codice fiscale': {
    is: isCodiceFiscale, source: 'D.M. 23 dicembre 1976; the examples of its Wikipedia article and of the Agenzia delle Entrate',
    yes: ['MRTMTT25D09F205Z', 'RSSMRA85T10A562S', 'mllsnt82p65z404u'], no: ['MRTMTT25D09F205A', 'MRTMTT25F09F205Z', 'MRTMTT25D09F205', '1234567890123456'],
  },
  'a Spanish identity number': {
    is: isSpanishDni, source: 'Ministerio del Interior: 12345678Z is its example',
    yes: ['12345678Z', '12.345.678-Z', 'X1234567L', '00000000T'], no: ['12345678A', '1234567Z', 'W1234567L'],
  },
  'an IP address': {
    is: isIpAddress, source: 'RFC 5737 and RFC 3849, addresses for documentation',
    yes: ['192.0.2.1', '203.0.113.255', '2001:db8::1', '::1'], no: ['192.0.2.256', '1.2.3', '10:30', '2001:db8::g'],
  },
};

describe.each(Object.entries(cases))('%s', (_, { is, source, yes, no }) => {
  it(`is told as its specification says (${source})`, () => {
    expect(yes.filter((text) => !is(text))).toEqual([]);
    expect(no.filter((text) => is(text))).toEqual([]);
  });

  it('is not told from values thousands of characters long', () => {
    for (const text of ['0 '.repeat(20_000), 'a@'.repeat(20_000), '+1-'.repeat(20_000), `x@${'a-'.repeat(20_000)}`]) expect(is(text)).toBe(false);
  });
});

describe('the digit of Luhn', () => {
  it('is the 3 of 79927398713 (ISO/IEC 7812-1) and no other', () => {
    expect(Array.from({ length: 10 }, (_, digit) => digit).filter((digit) => hasLuhnDigit(`7992739871${digit}`))).toEqual([3]);
  });
});

describe('a French number of Corsica', () => {
  it('counts 2A as 19 and 2B as 18', () => {
    const key = (number: string): string => String(97 - Number(BigInt(number) % 97n)).padStart(2, '0');
    expect(isFrenchNir(`185052A004032${key('1850519004032')}`)).toBe(true);
    expect(isFrenchNir(`185052B004032${key('1850518004032')}`)).toBe(true);
    expect(isFrenchNir(`185052A004032${key('1850518004032')}`)).toBe(false);
  });
});

describe('a text', () => {
  it('holds an e-mail address between other words, with a full stop behind it', () => {
    expect(hasEmail('Please write to "Ann" <ann@example.org>.')).toBe(true);
    expect(hasEmail('write to ann@example.org.')).toBe(true);
    expect(hasEmail('meet @ noon, 5@10 each')).toBe(false);
  });

  it('could be a phone number by its digits alone', () => {
    expect(['2125550123', '+49 (30) 23125', '0301234'].map(couldBePhone)).toEqual([true, true, true]);
    expect(['Nokia 3310', '12', '1234567890123456'].map(couldBePhone)).toEqual([false, false, false]);
  });
});
