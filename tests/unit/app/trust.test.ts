import { describe, expect, it } from 'vitest';
import { judgeTrust } from '../../../electron/app/trust.ts';
import { Conversation } from '../../support/words.ts';

/** What device "a" thinks of each of the others. */
function verdict(talk: Conversation, devices: string, here = 'a'): Record<string, string> {
  const trust = judgeTrust(talk.words, here);
  return Object.fromEntries(Array.from(devices, (device) => [device, trust.of(device)]));
}

describe('trust', () => {
  it('begins with this device alone', () => {
    expect(verdict(new Conversation(), 'ab')).toEqual({ a: 'this', b: 'unconfirmed' });
  });

  it('is given by a confirmation and passed on by one step, not by two', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    talk.confirm('b', 'c');
    talk.confirm('c', 'd');
    expect(verdict(talk, 'bcd')).toEqual({ b: 'confirmed', c: 'confirmed', d: 'unconfirmed' });
    const trust = judgeTrust(talk.words, 'a');
    expect(trust.vouchers('c').map(({ signer }) => signer)).toEqual(['b']);
    expect([trust.isConfirmedHere('b'), trust.isConfirmedHere('c')]).toEqual([true, false]);
  });

  it('does not come from devices that nobody here has confirmed, however many agree', () => {
    const talk = new Conversation();
    for (const signer of 'bcdefgh') for (const about of 'bcdefgh') if (signer !== about) talk.confirm(signer, about);
    expect(new Set(Object.values(verdict(talk, 'bcdefgh')))).toEqual(new Set(['unconfirmed']));
    expect(judgeTrust(talk.words, 'a').vouchers('b')).toEqual([]);
  });

  it('ends when the confirmation is taken back by the one who gave it, and by nobody else', () => {
    const talk = new Conversation();
    const given = talk.confirm('a', 'b');
    talk.unconfirm('c', given);
    talk.unconfirm('b', given);
    expect(verdict(talk, 'b')).toEqual({ b: 'confirmed' });
    talk.unconfirm('a', given);
    expect(verdict(talk, 'b')).toEqual({ b: 'unconfirmed' });
  });

  it('that was taken back can be given again', () => {
    const talk = new Conversation();
    talk.unconfirm('a', talk.confirm('a', 'b'));
    talk.confirm('a', 'b');
    expect(verdict(talk, 'b')).toEqual({ b: 'confirmed' });
  });
});

describe('a revocation', () => {
  it('counts from this device and from those it has confirmed', () => {
    const talk = new Conversation();
    for (const device of 'bcd') talk.confirm('a', device);
    talk.revoke('a', 'c');
    talk.revoke('b', 'd');
    expect(verdict(talk, 'bcd')).toEqual({ b: 'confirmed', c: 'revoked', d: 'revoked' });
  });

  it('counts from nobody else, not even from somebody whom a confirmed device has confirmed', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    talk.confirm('b', 'c');
    talk.revoke('c', 'b');
    talk.revoke('x', 'b');
    expect(verdict(talk, 'bc')).toEqual({ b: 'confirmed', c: 'confirmed' });
  });

  it('flags exactly what the one who revoked had not seen', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    const seen = talk.confirm('b', 'c');
    talk.revoke('a', 'b');
    const later = talk.confirm('b', 'd');
    const trust = judgeTrust(talk.words, 'a');
    expect(trust.isAfterRevocation({ device: 'b', ...seen })).toBe(false);
    expect(trust.isAfterRevocation({ device: 'b', ...later })).toBe(true);
    expect(trust.isAfterRevocation({ device: 'b', ...seen, hash: 'a branch made with the stolen key' })).toBe(true);
    expect(trust.isAfterRevocation({ device: 'b', session: 'a session nobody knew', n: 1, hash: 'x' })).toBe(true);
    expect(trust.isAfterRevocation({ device: 'c', ...later })).toBe(false);
  });

  it('leaves what the device had vouched for before, and takes away what it vouches for after', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    talk.confirm('b', 'c');
    talk.revoke('a', 'b');
    talk.confirm('b', 'd');
    expect(verdict(talk, 'bcd')).toEqual({ b: 'revoked', c: 'confirmed', d: 'unconfirmed' });
  });

  it('by a device that was revoked before does not count; one it made before does', () => {
    const talk = new Conversation();
    for (const device of 'bcd') talk.confirm('a', device);
    talk.revoke('b', 'c');
    talk.revoke('a', 'b');
    talk.revoke('b', 'd');
    expect(verdict(talk, 'bcd')).toEqual({ b: 'revoked', c: 'revoked', d: 'confirmed' });
  });

  it('by a stolen key does not undo the revocation of that key', () => {
    const talk = new Conversation();
    for (const device of 'bcd') talk.confirm('a', device);
    talk.revoke('b', 'c');
    talk.revoke('c', 'd'); // c's thief, who has seen that c is revoked
    expect(verdict(talk, 'bcd')).toEqual({ b: 'confirmed', c: 'revoked', d: 'confirmed' });
  });

  it('in a circle counts on all sides, until this device says whom it believes', () => {
    const talk = new Conversation();
    for (const device of 'bcd') talk.confirm('a', device);
    talk.revoke('b', 'c', {});
    talk.revoke('c', 'd', {});
    talk.revoke('d', 'b', {});
    expect(verdict(talk, 'bcd')).toEqual({ b: 'revoked', c: 'revoked', d: 'revoked' });
    talk.confirm('a', 'b');
    talk.lift('a', 'b');
    // What b says of c counts again, so what c says of d does not, so what d says of b would: but of b this device has the word.
    expect(verdict(talk, 'bcd')).toEqual({ b: 'confirmed', c: 'revoked', d: 'confirmed' });
  });

  it('of this device by another leaves it what it is, and says who did it', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    talk.revoke('b', 'a', {});
    expect(verdict(talk, 'ab')).toEqual({ a: 'this', b: 'confirmed' });
    expect(judgeTrust(talk.words, 'a').revocation('a')?.signer).toBe('b');
  });

  it('is lifted by the device that made it, and by this one for any, and by no other', () => {
    const talk = new Conversation();
    for (const device of 'bcd') talk.confirm('a', device);
    talk.revoke('b', 'd');
    talk.lift('c', 'd');
    talk.lift('x', 'd');
    expect(verdict(talk, 'd')).toEqual({ d: 'revoked' });
    talk.lift('b', 'd');
    expect(verdict(talk, 'd')).toEqual({ d: 'confirmed' });
    talk.revoke('c', 'd');
    expect(verdict(talk, 'd')).toEqual({ d: 'revoked' });
    talk.lift('a', 'd');
    expect(verdict(talk, 'd')).toEqual({ d: 'confirmed' });
  });
});

describe('a device that goes on for another', () => {
  it('takes over its trust when the old key says so, and not when only the new one does', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    talk.replace('n', 'b');
    expect(verdict(talk, 'n')).toEqual({ n: 'unconfirmed' });
    talk.succeed('b', 'n');
    expect(verdict(talk, 'bn')).toEqual({ b: 'confirmed', n: 'confirmed' });
    talk.confirm('n', 'c');
    expect(verdict(talk, 'c')).toEqual({ c: 'confirmed' });
  });

  it('gets nothing from a key that was revoked before it spoke', () => {
    const talk = new Conversation();
    for (const device of 'bc') talk.confirm('a', device);
    talk.revoke('c', 'b');
    talk.succeed('b', 'm');
    talk.revoke('m', 'c', {});
    expect(verdict(talk, 'bcm')).toEqual({ b: 'revoked', c: 'confirmed', m: 'unconfirmed' });
  });

  it('keeps its trust when the old key is revoked after it spoke', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    talk.succeed('b', 'n');
    talk.revoke('a', 'b');
    expect(verdict(talk, 'bn')).toEqual({ b: 'revoked', n: 'confirmed' });
  });

  it('speaks for what it said before, as that was', () => {
    const talk = new Conversation();
    talk.confirm('o', 'b');
    talk.confirm('b', 'c');
    talk.succeed('o', 'a');
    expect(verdict(talk, 'bc')).toEqual({ b: 'unconfirmed', c: 'unconfirmed' });
    talk.replace('a', 'o');
    expect(verdict(talk, 'obc')).toEqual({ o: 'confirmed', b: 'confirmed', c: 'confirmed' });
    talk.revoke('a', 'o');
    talk.confirm('o', 'x'); // the thief of the old computer
    expect(verdict(talk, 'obcx')).toEqual({ o: 'revoked', b: 'confirmed', c: 'confirmed', x: 'unconfirmed' });
  });

  it('with a new key of its own accord speaks for what it wrote itself with the old one, and for nothing else', () => {
    const talk = new Conversation();
    talk.confirm('o', 'b');
    talk.confirm('b', 'c');
    const heads = talk.heads('o');
    talk.replace('a', 'o', heads);
    talk.confirm('o', 'x'); // whoever else has the old key
    expect(verdict(talk, 'obc')).toEqual({ o: 'confirmed', b: 'confirmed', c: 'confirmed' });
    expect(judgeTrust(talk.words, 'a').isConfirmedHere('b')).toBe(true);
    expect(judgeTrust(talk.words, 'a').isConfirmedHere('x')).toBe(false);
    expect(verdict(talk, 'o', 'b')).toEqual({ o: 'unconfirmed' });
    talk.revoke('a', 'o', heads);
    expect(verdict(talk, 'obx')).toEqual({ o: 'revoked', b: 'confirmed', x: 'unconfirmed' });
  });

  it('is nobody else\u2019s because somebody says that he goes on for it', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    talk.replace('m', 'b', talk.heads('b'));
    talk.replace('m', 'a', talk.heads('a'));
    expect(verdict(talk, 'bm')).toEqual({ b: 'confirmed', m: 'unconfirmed' });
    expect(verdict(talk, 'am', 'b')).toEqual({ a: 'unconfirmed', m: 'unconfirmed' });
  });

  it('may be named in a circle', () => {
    const talk = new Conversation();
    talk.confirm('a', 'b');
    for (const [old, next] of [['b', 'c'], ['c', 'b'], ['c', 'd'], ['d', 'a']] as const) {
      talk.succeed(old, next);
      talk.replace(next, old);
    }
    expect(verdict(talk, 'abcd')).toEqual({ a: 'this', b: 'confirmed', c: 'confirmed', d: 'confirmed' });
  });
});
