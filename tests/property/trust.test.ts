import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeTrust } from '../../electron/app/trust.ts';
import { count } from '../support/counts.ts';
import { Conversation } from '../support/words.ts';

const devices = ['a', 'b', 'c', 'd', 'e'];
const device = fc.constantFrom(...devices);
const act = fc.tuple(fc.constantFrom('confirm', 'unconfirm', 'revoke', 'revoke unseen', 'lift', 'succeed', 'replace'), device, device, fc.nat(40));
const acts = fc.array(act, { maxLength: 40 });
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Any devices say anything about any others. */
function talk(said: readonly Act[]): Conversation {
  const conversation = new Conversation();
  for (const [what, signer, about, index] of said) {
    if (signer === about) continue;
    const confirmation = conversation.words.filter(({ says }) => says === 'confirm')[index];
    if (what === 'confirm') conversation.confirm(signer, about);
    else if (what === 'unconfirm' && confirmation) conversation.unconfirm(signer, confirmation);
    else if (what === 'revoke') conversation.revoke(signer, about);
    else if (what === 'revoke unseen') conversation.revoke(signer, about, {});
    else if (what === 'lift') conversation.lift(signer, about);
    else if (what === 'succeed') conversation.succeed(signer, about);
    else if (what === 'replace') conversation.replace(signer, about);
  }
  return conversation;
}

function verdicts(words: Conversation['words'], here = 'a'): string[] {
  const trust = judgeTrust(words, here);
  return devices.map((each) => `${each} ${trust.of(each)} ${trust.revocation(each)?.hash ?? ''} ${trust.vouchers(each).map(({ hash }) => hash).sort().join(',')}`);
}

describe('trust, whatever devices say of each other,', () => {
  it('is the same in every order in which their words arrive', () => {
    fc.assert(fc.property(acts, fc.infiniteStream(fc.nat(1000)), (said, keys) => {
      const { words } = talk(said);
      const shuffled = words.map((word) => ({ word, key: keys.next().value ?? 0 })).sort((x, y) => x.key - y.key).map(({ word }) => word);
      expect(verdicts(shuffled)).toEqual(verdicts(words));
    }), { numRuns: count(2000) });
  });

  it('is nobody\u2019s whom this device has not begun to trust', () => {
    fc.assert(fc.property(acts, (said) => {
      const { words } = talk(said.filter(([, signer]) => signer !== 'a'));
      const trust = judgeTrust(words, 'a');
      for (const each of devices) expect([each, trust.of(each)]).toEqual([each, each === 'a' ? 'this' : 'unconfirmed']);
    }), { numRuns: count(2000) });
  });

  it('is not changed by what devices say that nobody trusts', () => {
    fc.assert(fc.property(acts, acts, (said, noise) => {
      const calm = talk(said);
      const loud = talk([...said, ...noise.map(([what, , about, index]): Act => [what === 'unconfirm' ? 'confirm' : what, 'z', about, index])]);
      const of = (conversation: Conversation): string[] => verdicts(conversation.words);
      expect(of(loud)).toEqual(of(calm));
    }), { numRuns: count(2000) });
  });

  it('follows this device\u2019s own last word', () => {
    fc.assert(fc.property(acts, fc.constantFrom('b', 'c', 'd', 'e'), fc.boolean(), (said, about, isRevoked) => {
      const conversation = talk(said);
      if (isRevoked) conversation.revoke('a', about);
      else {
        conversation.confirm('a', about);
        conversation.lift('a', about);
      }
      expect(judgeTrust(conversation.words, 'a').of(about)).toBe(isRevoked ? 'revoked' : 'confirmed');
    }), { numRuns: count(2000) });
  });
});
