/**
 * A device key on paper: the private key under a passphrase, as seven lines that a person can type.
 * A line is 10 bytes of content and 20 bits of its checksum in Crockford's base32, so that a typo names its line.
 */
import { createCipheriv, createDecipheriv, createHash, scrypt } from 'node:crypto';
import { fail } from '../../../shared/errors.ts';
import { deviceIdOf, deviceKey } from '../format/keys.ts';

/** Content: version (1 byte), salt (16), start of the device id (5), encrypted seed (32), tag (16): 70 bytes. */
const version = 1;
const lineBytes = 10;
export const recoveryLineCount = 7;
/** Characters of a line without blanks: 16 of content, 4 of checksum. */
const lineLength = 20;
/** 128 MiB and about half a second a guess (Percival 2009); a sheet that lies around must not be cheap to try out. */
const scryptCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 192 * 2 ** 20 } as const;
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** The lines of a sheet, five groups of four characters each. @param seed the private key, 32 bytes */
export async function recoveryLines(seed: Uint8Array, passphrase: string, random: (byteCount: number) => Uint8Array): Promise<string[]> {
  const salt = Buffer.from(random(16));
  const head = Buffer.concat([Buffer.of(version), salt, deviceBytes(deviceKey('', seed).publicKey)]);
  const { key, nonce } = await stretch(passphrase, salt);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(head);
  const content = Buffer.concat([head, cipher.update(seed), cipher.final(), cipher.getAuthTag()]);
  return Array.from({ length: recoveryLineCount }, (_, index) => {
    const bytes = content.subarray(index * lineBytes, (index + 1) * lineBytes);
    return ((toBase32(bytes) + checksum(bytes, index)).toUpperCase().match(/.{4}/g) ?? []).join(' ');
  });
}

/**
 * The content of a code as somebody typed it: with or without blanks, hyphens, line numbers; O, I and L read as 0 and 1.
 * @throws people/recovery-line (which line, and what is wrong with it), people/recovery-version
 */
export function readRecoveryCode(text: string): Uint8Array {
  const lines = splitLines(text);
  const content = Buffer.concat(lines.map((line, index) => readLine(line, index)));
  if (lines.length < recoveryLineCount) throw fail('people/recovery-line', { line: lines.length + 1, problem: 'it is missing' });
  if (lines.length > recoveryLineCount) throw fail('people/recovery-line', { line: recoveryLineCount + 1, problem: `a code has ${recoveryLineCount} lines` });
  if (content[0] !== version) throw fail('people/recovery-version', { found: content[0] ?? 0 });
  return content;
}

/** The private key of a code, 32 bytes. @throws people/recovery-line, people/recovery-version, people/recovery-passphrase */
export async function openRecoveryCode(text: string, passphrase: string): Promise<Uint8Array> {
  const content = Buffer.from(readRecoveryCode(text));
  const head = content.subarray(0, 22);
  const { key, nonce } = await stretch(passphrase, head.subarray(1, 17));
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(head).setAuthTag(content.subarray(54));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(content.subarray(22, 54)), decipher.final()]));
  } catch (thrown) {
    throw fail('people/recovery-passphrase', {}, thrown);
  }
}

/** Key and nonce together: the salt is new for every sheet, so a nonce is never used twice with one key. */
function stretch(passphrase: string, salt: Uint8Array): Promise<{ key: Buffer; nonce: Buffer }> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC').trim(), salt, 44, scryptCost, (error, bytes) => {
      if (error) reject(error);
      else resolve({ key: bytes.subarray(0, 32), nonce: bytes.subarray(32) });
    });
  });
}

/** The first 40 bits of the device id, which the start of the id spells too. */
function deviceBytes(publicKey: string): Buffer {
  return fromBase32(deviceIdOf(publicKey).slice(0, 8));
}

function splitLines(text: string): string[] {
  const lines = text.split(/[\r\n;]+/).map((line) => line.replace(/^\s*\d[.:)]?\s+/, '').replace(/[\s-]+/g, '')).filter(Boolean);
  // What a scanner reads, or a code typed in one go.
  const whole = lines[0] ?? '';
  if (lines.length === 1 && whole.length > lineLength) return whole.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return lines;
}

function readLine(line: string, index: number): Buffer {
  const number = index + 1;
  const characters = line.toLowerCase().replaceAll('o', '0').replace(/[il]/g, '1');
  const stranger = Array.from(characters).find((character) => !alphabet.includes(character));
  if (stranger !== undefined) throw fail('people/recovery-line', { line: number, problem: `"${stranger}" is in no code` });
  if (characters.length !== lineLength) throw fail('people/recovery-line', { line: number, problem: `it has ${characters.length} characters in place of ${lineLength}` });
  const bytes = fromBase32(characters.slice(0, -4));
  if (checksum(bytes, index) !== characters.slice(-4)) throw fail('people/recovery-line', { line: number, problem: 'a character is wrong, or it is not at its place' });
  return bytes;
}

/** 20 bits of SHA-256 over the line's place and content: one wrong line in a million passes. */
function checksum(bytes: Uint8Array, index: number): string {
  return toBase32(createHash('sha256').update(`assay-recovery-${version}-${index}:`).update(bytes).digest().subarray(0, 5)).slice(0, 4);
}

/** Five bits a character; the length must be a multiple of 5 bytes. */
function toBase32(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 5) {
    const block = BigInt(`0x${Buffer.from(bytes.subarray(start, start + 5)).toString('hex')}`);
    for (let shift = 35n; shift >= 0n; shift -= 5n) text += alphabet[Number((block >> shift) & 31n)];
  }
  return text;
}

/** @param text characters of the alphabet, a multiple of 8 */
function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  for (let start = 0; start < text.length; start += 8) {
    let block = 0n;
    for (const character of text.slice(start, start + 8)) block = (block << 5n) | BigInt(alphabet.indexOf(character));
    for (let shift = 32n; shift >= 0n; shift -= 8n) bytes.push(Number((block >> shift) & 255n));
  }
  return Buffer.from(bytes);
}
