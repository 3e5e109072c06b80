/** Words of devices about devices, one device a letter, in the order in which they are said. */
import type { Heads, Saying, Word } from '../../electron/app/trust-words.ts';

export class Conversation {
  readonly words: Word[] = [];
  private readonly counts = new Map<string, number>();

  private say(signer: string, about: string, saying: Saying): Word {
    const n = (this.counts.get(signer) ?? 0) + 1;
    this.counts.set(signer, n);
    const order = this.words.length;
    const word: Word = { ...saying, signer, about, person: signer.toUpperCase(), session: `session of ${signer}`, n, hash: `${signer}${n}`, atMs: order, order };
    this.words.push(word);
    return word;
  }

  confirm(signer: string, about: string): Word {
    return this.say(signer, about, { says: 'confirm' });
  }

  unconfirm(signer: string, confirmation: Word): Word {
    return this.say(signer, confirmation.about, { says: 'unconfirm', of: confirmation.signer, hashes: [confirmation.hash] });
  }

  /** By default everything that the device has said until now was seen. */
  revoke(signer: string, about: string, heads: Heads = this.heads(about)): Word {
    return this.say(signer, about, { says: 'revoke', reason: 'lost', heads });
  }

  lift(signer: string, about: string): Word {
    return this.say(signer, about, { says: 'lift' });
  }

  succeed(old: string, by: string): Word {
    return this.say(old, old, { says: 'succeeded', by });
  }

  /** @param own what it says that it wrote itself with the key of the other */
  replace(next: string, of: string, own: Heads | null = null): Word {
    return this.say(next, next, { says: 'replaces', of, own });
  }

  /** What has been heard of a device. */
  heads(device: string): Heads {
    const n = this.counts.get(device) ?? 0;
    return n === 0 ? {} : { [`session of ${device}`]: [n, `${device}${n}`] };
  }
}
