/**
 * Whom this device trusts, from what devices have said of each other: a pure function of their words, so that every
 * order of arrival ends in the same verdict. Own words come first; trust is passed on by one step and no further.
 */
import type { DeviceTrust } from '../../shared/domain/people.ts';
import type { Heads, Word } from './trust-words.ts';

type Confirmation = Word & { says: 'confirm' };
type Revocation = Word & { says: 'revoke' };
type Succession = Word & { says: 'succeeded' };

/** Where an event stands in the log. */
export interface LogPlace {
  readonly device: string;
  readonly session: string;
  readonly n: number;
  readonly hash: string;
}

export interface Trust {
  /** This device and those it goes on for. */
  readonly selves: { has(device: string): boolean; keys(): Iterable<string> };
  of(device: string): DeviceTrust;
  /** The words that vouch for a device, of devices that this one trusts to do so, oldest first. */
  vouchers(device: string): Word[];
  /** The revocation that counts, the oldest of several; null when the device is not revoked. */
  revocation(device: string): Revocation | null;
  /** Whether this device, or one it goes on for, has confirmed it. */
  isConfirmedHere(device: string): boolean;
  /** Whether an event came after what the one who revoked its device had seen of it. */
  isAfterRevocation(event: LogPlace): boolean;
}

/** @param words all words about all devices @param here the device that judges */
export function judgeTrust(words: readonly Word[], here: string): Trust {
  const confirmations = words.filter((word): word is Confirmation => word.says === 'confirm');
  const successions = words.filter((word): word is Succession => word.says === 'succeeded');
  const selves = ownDevices(words, here);
  const isOwn = ownWords(words, here, selves);

  const alive = confirmations.filter((word) => !isTakenBack(word, words, selves));
  const direct = new Set([...selves.keys(), ...alive.filter(isOwn).map(({ about }) => about)]);

  const standing = standingRevocations(words, isOwn);
  const own = standing.filter(isOwn);
  const fromDirect = standing.filter((word) => !isOwn(word) && direct.has(word.signer) && !isCut(word, own));
  // Whom a key names that somebody says is stolen gets no say in who is revoked.
  const authorities = withSuccessors(direct, successions, [...own, ...fromDirect], isOwn);
  const contested = standing.filter((word) => !isOwn(word) && authorities.has(word.signer) && !isCut(word, own));
  const counted = [...own, ...settle(contested)];

  const first = withSuccessors(direct, successions, counted, isOwn);
  const passedOn = alive.filter((word) => first.has(word.signer) && (isOwn(word) || !isCut(word, counted)));
  const second = withSuccessors(new Set([...first, ...passedOn.map(({ about }) => about)]), successions, counted, isOwn);

  return {
    selves,
    of(device) {
      if (device === here) return 'this';
      if (counted.some(({ about }) => about === device)) return 'revoked';
      return second.has(device) ? 'confirmed' : 'unconfirmed';
    },
    vouchers: (device) => [
      ...passedOn.filter(({ about }) => about === device),
      ...successions.filter((word) => word.by === device && second.has(word.about) && !isCut(word, counted)),
    ],
    revocation: (device) => counted.filter(({ about }) => about === device).reduce<Revocation | null>((a, b) => (a !== null && a.order <= b.order ? a : b), null),
    isConfirmedHere: (device) => alive.some((word) => word.about === device && isOwn(word)),
    isAfterRevocation: (event) => isAfter(event, counted),
  };
}

/** Device -> which of its sessions count as written here; null for all of them. */
type Selves = ReadonlyMap<string, Heads | null>;

/**
 * This device and those it goes on for. Where the old key has named this device (a recovery), all it says is this user's.
 * Where this device alone says so (a new key after a restored backup or a copied profile), the old key may be in use
 * elsewhere, and only what this computer wrote itself counts.
 */
function ownDevices(words: readonly Word[], here: string): Selves {
  const selves = new Map<string, Heads | null>([[here, null]]);
  for (const [device, own] of selves) {
    for (const word of words) {
      if (word.says !== 'replaces' || word.signer !== device || selves.has(word.of) || !isWithin(word, own)) continue;
      const isNamed = words.some((other) => other.says === 'succeeded' && other.signer === word.of && other.by === device);
      if (isNamed) selves.set(word.of, null);
      else if (word.own !== null) selves.set(word.of, word.own);
    }
  }
  return selves;
}

/** A word of this device always counts as its own; one of a device before it, unless this one has revoked it. */
function ownWords(words: readonly Word[], here: string, selves: Selves): (word: Word) => boolean {
  const revocations = standingRevocations(words.filter(({ signer }) => signer === here), () => true);
  return (word) => {
    const own = selves.get(word.signer);
    return word.signer === here || (own !== undefined && isWithin(word, own) && !isCut(word, revocations));
  };
}

function isWithin(word: Word, heads: Heads | null): boolean {
  return heads === null || !isBeyond(word, heads);
}

/** Only who gave a confirmation takes it back, or the device that goes on for it. */
function isTakenBack(confirmation: Confirmation, words: readonly Word[], selves: Selves): boolean {
  return words.some((word) => word.says === 'unconfirm' && word.about === confirmation.about && word.of === confirmation.signer && word.hashes.includes(confirmation.hash) &&
    (word.signer === confirmation.signer || (selves.has(word.signer) && selves.has(confirmation.signer))));
}

/** The last word of each device on each device, where it is a revocation that no own word has lifted since. */
function standingRevocations(words: readonly Word[], isOwn: (word: Word) => boolean): Revocation[] {
  const last = new Map<string, Revocation | (Word & { says: 'lift' })>();
  for (const word of words) {
    if (word.says !== 'revoke' && word.says !== 'lift') continue;
    const key = `${isOwn(word) ? 'own' : word.signer} ${word.about}`;
    const known = last.get(key);
    if (!known || known.order <= word.order) last.set(key, word);
  }
  return [...last.values()].filter((word): word is Revocation => {
    const ownLast = last.get(`own ${word.about}`);
    return word.says === 'revoke' && !(ownLast?.says === 'lift' && ownLast.order > word.order);
  });
}

/** Who is named to go on for a trusted device is trusted as it was, unless the word came after the key was revoked. */
function withSuccessors(devices: ReadonlySet<string>, successions: readonly Succession[], revocations: readonly Revocation[], isOwn: (word: Word) => boolean): Set<string> {
  const all = new Set(devices);
  for (const device of all) {
    for (const word of successions) {
      if (word.about === device && (isOwn(word) || !isCut(word, revocations))) all.add(word.by);
    }
  }
  return all;
}

/**
 * Which revocations count where devices revoke each other. One that none of the others puts after its signer's own
 * revocation counts, and puts out those that come after it; so on until nothing changes (the grounded extension of
 * Dung 1995). What is left contradicts itself in a circle, and all of it counts: in doubt a key is not trusted, and a
 * person's own word decides.
 */
function settle(revocations: readonly Revocation[]): Revocation[] {
  const counted = new Set<Revocation>();
  let open = [...revocations];
  for (;;) {
    const sound = open.filter((word) => !isCut(word, open));
    if (sound.length === 0) return [...counted, ...open];
    for (const word of sound) counted.add(word);
    const settled = [...counted];
    open = open.filter((word) => !counted.has(word) && !isCut(word, settled));
  }
}

function isCut(word: Word, revocations: readonly Revocation[]): boolean {
  return isAfter({ device: word.signer, session: word.session, n: word.n, hash: word.hash }, revocations);
}

function isAfter(event: LogPlace, revocations: readonly Revocation[]): boolean {
  return revocations.some(({ about, heads }) => about === event.device && isBeyond(event, heads));
}

function isBeyond({ session, n, hash }: Pick<LogPlace, 'session' | 'n' | 'hash'>, heads: Heads): boolean {
  const head = Object.hasOwn(heads, session) ? heads[session] : undefined;
  return head === undefined || n > head[0] || (n === head[0] && hash !== head[1]);
}
