import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRecoveryCode, readRecoveryCode, recoveryLines } from '../../electron/store/identity/recovery.ts';
import { count } from '../support/counts.ts';
import { codeThrownBy, seededRandom } from '../support/stores.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const passphrase = 'Gänse fliegen südwärts';
const seed = seededRandom('a key')(32);
let lines: string[] = [];
beforeAll(async () => {
  lines = await recoveryLines(seed, passphrase, seededRandom('a salt'));
});

/** A place in the code: line and character. */
const place = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 19 }));

function characters(line: number): string {
  return lines[line]!.replaceAll(' ', '');
}

function withLine(index: number, line: string): string {
  return lines.map((each, i) => (i === index ? line : each)).join('\n');
}

function failureOf(text: string): unknown {
  try {
    return readRecoveryCode(text);
  } catch (thrown) {
    return (thrown as { failure?: unknown }).failure;
  }
}

describe('a recovery code', () => {
  it('opens with its passphrase and gives the key back', async () => {
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line).toMatch(/^([0-9A-HJKMNP-TV-Z]{4} ){4}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await openRecoveryCode(lines.join('\n'), passphrase)).toEqual(seed);
  });

  it('opens however its passphrase was typed in Unicode, and with no other one', async () => {
    expect(await openRecoveryCode(lines.join('\n'), ` ${passphrase.normalize('NFD')} `)).toEqual(seed);
    for (const wrong of ['', 'gänse fliegen südwärts', 'Ganse fliegen sudwarts']) {
      expect(await codeThrownBy(() => openRecoveryCode(lines.join('\n'), wrong))).toBe('people/recovery-passphrase');
    }
  });

  it('is of another salt each time', async () => {
    const other = await recoveryLines(seed, passphrase, seededRandom('another salt'));
    expect(other.filter((line) => lines.includes(line))).toEqual([]);
  });

  it('is read in every way that people and scanners write it', () => {
    const content = readRecoveryCode(lines.join('\n'));
    const squeezed = lines.map((line) => line.replaceAll(' ', ''));
    const ways = [
      squeezed.join(''), squeezed.join('\r\n'), squeezed.join(';'), lines.join('\n').toLowerCase(), lines.join('\n').replaceAll(' ', '-'),
      lines.map((line, i) => `${i + 1}  ${line}`).join('\n'), lines.map((line, i) => `${i + 1}. ${line}`).join('\n\n'),
      lines.join('\n').replaceAll('0', 'O').replaceAll('1', 'l'),
    ];
    for (const text of ways) expect(readRecoveryCode(text)).toEqual(content);
  });

  it('with one wrong character names its line', () => {
    fc.assert(fc.property(place, fc.integer({ min: 1, max: 31 }), ([line, at], shift) => {
      const before = characters(line);
      const wrong = alphabet[(alphabet.indexOf(before[at]!) + shift) % 32]!;
      expect(failureOf(withLine(line, before.slice(0, at) + wrong + before.slice(at + 1)))).toMatchObject({ code: 'people/recovery-line', details: { line: line + 1 } });
    }), { numRuns: count(2000) });
  });

  it('with two neighbours exchanged names its line', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 18 }), (line, at) => {
      const before = characters(line);
      fc.pre(before[at] !== before[at + 1]);
      expect(failureOf(withLine(line, before.slice(0, at) + before[at + 1] + before[at] + before.slice(at + 2)))).toMatchObject({ code: 'people/recovery-line', details: { line: line + 1 } });
    }), { numRuns: count(500) });
  });

  it('with a character lost or doubled names its line', () => {
    fc.assert(fc.property(place, fc.boolean(), ([line, at], isLost) => {
      const before = characters(line);
      const wrong = before.slice(0, at) + (isLost ? '' : before[at]! + before[at]!) + before.slice(at + 1);
      expect(failureOf(withLine(line, wrong))).toMatchObject({ code: 'people/recovery-line', details: { line: line + 1 } });
    }), { numRuns: count(500) });
  });

  it('with two lines exchanged names the first of them', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), (a, b) => {
      fc.pre(a < b);
      const text = lines.map((line, i) => (i === a ? lines[b] : i === b ? lines[a] : line)).join('\n');
      expect(failureOf(text)).toMatchObject({ code: 'people/recovery-line', details: { line: a + 1 } });
    }), { numRuns: count(100) });
  });

  it('with a line missing, or one too many, says so', () => {
    for (let missing = 0; missing < 7; missing++) {
      expect(failureOf(lines.filter((_, i) => i !== missing).join('\n'))).toMatchObject({ code: 'people/recovery-line', details: { line: missing + 1 } });
    }
    expect(failureOf([...lines, lines[0]].join('\n'))).toMatchObject({ code: 'people/recovery-line', details: { line: 8 } });
    expect(failureOf('')).toMatchObject({ code: 'people/recovery-line', details: { line: 1 } });
  });

  it('that is any other text is refused with a line, never with an unexpected failure', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(failureOf(text)).toMatchObject({ code: 'people/recovery-line' });
    }), { numRuns: count(2000) });
  });
});
