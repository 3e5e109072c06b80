import { readFileSync } from 'node:fs';
import { blake2b } from '@noble/hashes/blake2.js';
import { describe, expect, test } from 'vitest';
import { encodePublicKey, isOwnForm, parseMinisign, parsePublicKey, preHashOf, publicKeyLine, signMinisign, verifyMinisign } from '../../../../electron/store/format/minisign.ts';
import type { Minisignature } from '../../../../electron/store/format/minisign.ts';
import { otherKey, testKey } from '../../../support/eln.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/minisign/${name}`, import.meta.url));
const message = Buffer.from('A message.\n');

function parsed(text: string): Minisignature {
  const found = parseMinisign(text);
  if (found === null) throw new Error('not a signature');
  return found;
}

describe('minisign signatures', () => {
  test('a signature made by the minisign program is valid for its message and key', () => {
    const key = parsePublicKey(fixture('key.pub').toString());
    const signature = parsed(fixture('message.txt.minisig').toString());
    expect(signature.trustedComment).toBe('a trusted comment');
    expect(verifyMinisign(signature, key ?? '', preHashOf(fixture('message.txt')))).toBe(true);
    expect(verifyMinisign(signature, testKey.publicKey, preHashOf(fixture('message.txt')))).toBe(false);
  });

  test('one changed byte in the message or the trusted comment of that signature makes it invalid', () => {
    const key = parsePublicKey(fixture('key.pub').toString()) ?? '';
    const signature = parsed(fixture('message.txt.minisig').toString());
    const changed = Buffer.from(fixture('message.txt'));
    changed[3] = (changed[3] ?? 0) ^ 1;
    expect(verifyMinisign(signature, key, preHashOf(changed))).toBe(false);
    expect(verifyMinisign({ ...signature, trustedComment: 'a trusted Comment' }, key, preHashOf(fixture('message.txt')))).toBe(false);
  });

  test('what we sign verifies, with that key only', () => {
    const text = signMinisign(testKey, preHashOf(message), 'who and why');
    const signature = parsed(text);
    expect(signature.trustedComment).toBe('who and why');
    expect(verifyMinisign(signature, testKey.publicKey, preHashOf(message))).toBe(true);
    expect(verifyMinisign(signature, otherKey.publicKey, preHashOf(message))).toBe(false);
    expect(isOwnForm(text, signature, testKey.publicKey)).toBe(true);
  });

  test('every changed character of a signature file is noticed', () => {
    const text = signMinisign(testKey, preHashOf(message), 'comment');
    for (let i = 0; i < text.length; i++) {
      const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1);
      const signature = parseMinisign(changed);
      const isAccepted = signature !== null && verifyMinisign(signature, testKey.publicKey, preHashOf(message)) && isOwnForm(changed, signature, testKey.publicKey);
      expect(isAccepted, `character ${i}`).toBe(false);
    }
  });

  test('the same key, content and comment give the same file', () => {
    expect(signMinisign(testKey, preHashOf(message), 'c')).toBe(signMinisign(testKey, preHashOf(message), 'c'));
  });

  test('a comment of two lines is refused, because it could pass for a signature line', () => {
    expect(() => signMinisign(testKey, preHashOf(message), 'one\ntwo')).toThrow(RangeError);
  });

  test('a public key is read from its file, its line, hex and base64', () => {
    const { publicKey } = testKey;
    const hex = Buffer.from(publicKey, 'base64').toString('hex');
    for (const text of [encodePublicKey(publicKey), publicKeyLine(publicKey), hex, publicKey]) expect(parsePublicKey(text)).toBe(publicKey);
    for (const text of ['', 'RWQ', hex.slice(2), `${publicKeyLine(publicKey)}A`]) expect(parsePublicKey(text)).toBeNull();
  });

  test('the pre-hash is BLAKE2b-512, whether OpenSSL or JavaScript computes it', () => {
    // What coreutils b2sum and Python's hashlib give for "abc".
    const abc = 'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923';
    expect(Buffer.from(preHashOf(Buffer.from('abc'))).toString('hex')).toBe(abc);
    expect(Buffer.from(blake2b(Buffer.from('abc'), { dkLen: 64 })).toString('hex')).toBe(abc);
  });
});
