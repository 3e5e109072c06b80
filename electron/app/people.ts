/** People and their devices: who has written in this project, whom this device trusts, and what a user says about it. */
import type { People } from '../../shared/contract/people.ts';
import { passphraseLength, type Device, type DeviceId, type RecoverySheet } from '../../shared/domain/people.ts';
import { fail } from '../../shared/errors.ts';
import { keepPersonName } from '../files/profile.ts';
import { deviceKey, readDeviceSeed, wordsOf } from '../store/format/keys.ts';
import { openRecoveryCode, recoveryLines } from '../store/identity/recovery.ts';
import type { Op, Store } from '../store/store.ts';
import type { AppContext } from './context.ts';
import { projectName } from './project.ts';
import { qrPath } from './qr-path.ts';
import { countAfterRevocation, trustIn } from './trust-here.ts';
import { deviceEntity, eventsAbout, ownWord } from './trust-words.ts';

type Context = Pick<AppContext, 'store'>;

/** This device first, then the others by person and name. Cost: one pass over the writers and the words about them. */
export function listPeople({ store, person }: Pick<AppContext, 'store' | 'person'>): People {
  const trust = trustIn(store);
  const writers = store.writers();
  const people = new Map(writers.map((writer) => [writer.device, writer.person]));
  const nameOf = (device: string): string => people.get(device) ?? 'somebody unknown';
  const here = store.deviceId;
  const own = { device: here, key: store.signingKey.publicKey, person, eventCount: 0, firstAtMs: null, lastAtMs: null };
  const all = writers.some(({ device }) => device === here) ? writers : [own, ...writers];
  const devices = all.map(({ device, key, eventCount, firstAtMs, lastAtMs, ...writer }): Device => {
    const revocation = trust.revocation(device);
    const about = eventsAbout(store, device);
    return {
      id: device as DeviceId,
      name: ownWord(about, device, 'name') ?? '',
      person: device === here ? person : writer.person,
      words: wordsOf(key),
      trust: trust.of(device),
      isOwn: device !== here && trust.selves.has(device),
      isConfirmedHere: trust.isConfirmedHere(device),
      confirmedBy: trust.vouchers(device).map(({ signer, atMs }) => ({ device: signer as DeviceId, person: nameOf(signer), atMs })),
      revoked: revocation && { device: revocation.signer as DeviceId, person: nameOf(revocation.signer), atMs: revocation.atMs, reason: revocation.reason },
      replaces: ownDeviceWord(about, device, 'replaces'),
      eventCount,
      afterRevocationCount: revocation ? countAfterRevocation(store, trust, device) : 0,
      firstAtMs, lastAtMs,
    };
  });
  devices.sort((a, b) => Number(b.id === here) - Number(a.id === here) || a.person.localeCompare(b.person) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  return { person, devices };
}

/** Renames the user, for all projects of this computer. @throws files/* */
export async function renamePerson(context: Pick<AppContext, 'store' | 'person' | 'userDataDir'>, name: string): Promise<void> {
  await becomePerson(context, name);
  context.store.commit('people.name', [{ o: 'set', e: deviceEntity(context.store.deviceId), f: { person: name } }]);
}

export function nameDevice({ store }: Context, name: string): void {
  store.commit('people.nameDevice', [{ o: 'set', e: deviceEntity(store.deviceId), f: { name } }]);
}

/** Says that the eight words were compared; a revocation of the device ends with it. @throws store/not-found, people/own-device */
export function confirmDevice({ store }: Context, device: DeviceId): void {
  requireOther(store, device, 'a computer knows its own key.');
  const isRevoked = trustIn(store).revocation(device) !== null;
  store.commit('people.confirm', [
    { o: 'add', e: deviceEntity(device), s: 'confirmed', x: { by: store.deviceId } },
    ...(isRevoked ? [{ o: 'set', e: deviceEntity(device), f: { revoked: null } } satisfies Op] : []),
  ]);
}

/** Takes the own confirmation back. @throws store/not-found, people/own-device, people/not-confirmed */
export function unconfirmDevice({ store }: Context, device: DeviceId): void {
  requireOther(store, device, 'nobody has to confirm it here.');
  const trust = trustIn(store);
  if (!trust.isConfirmedHere(device)) throw fail('people/not-confirmed', { device });
  const signers = new Set([store.deviceId, ...trust.selves.keys()]);
  store.commit('people.unconfirm', [...signers].map((by) => ({ o: 'remove', e: deviceEntity(device), s: 'confirmed', x: { by } })));
}

/** What the device signs beyond what is here now is flagged everywhere. @throws store/not-found, people/own-device */
export function revokeDevice({ store }: Context, device: DeviceId, reason: string): void {
  requireOther(store, device, 'revoke it from another device.');
  store.commit('people.revoke', [
    { o: 'set', e: deviceEntity(device), f: { revoked: { by: store.deviceId, reason, heads: store.heads(device) } } },
  ], { why: reason });
}

/** @throws people/weak-passphrase, files/*, project/damaged */
export async function makeSheet(context: Pick<AppContext, 'store' | 'person' | 'userDataDir' | 'clock'>, passphrase: string): Promise<RecoverySheet> {
  const { store, person, userDataDir, clock } = context;
  if (passphrase.trim().length < passphraseLength) throw fail('people/weak-passphrase', { found: passphrase.trim().length, needed: passphraseLength });
  const seed = await readDeviceSeed(userDataDir, store.deviceId);
  const { publicKey, deviceId } = deviceKey('', seed);
  const lines = await recoveryLines(seed, passphrase, store.writer.random);
  return {
    projectName: projectName(context), projectId: store.projectId, person, deviceName: ownWord(eventsAbout(store, deviceId), deviceId, 'name') ?? '',
    device: deviceId as DeviceId, words: wordsOf(publicKey), atMs: clock(), lines, qr: qrPath(lines.join('').replaceAll(' ', '')),
  };
}

/**
 * Has this device go on for that of a recovery sheet. The old key signs one event that names this device, this device
 * answers that it goes on for the old one, and trust passes from one to the other without a key being copied. The user
 * is called what the old device's user was.
 * @throws people/recovery-line, people/recovery-version, people/recovery-passphrase, people/recovery-device
 */
export async function recoverDevice(context: Pick<AppContext, 'store' | 'person' | 'userDataDir'>, code: string, passphrase: string): Promise<{ device: DeviceId; person: string }> {
  const { store } = context;
  const key = deviceKey('', await openRecoveryCode(code, passphrase));
  const old = store.writers().find(({ device }) => device === key.deviceId);
  if (key.deviceId === store.deviceId) throw fail('people/recovery-device', { reason: 'it is of this very computer.' });
  if (!old) throw fail('people/recovery-device', { reason: 'nothing in this project is signed with its key.' });
  await becomePerson(context, old.person);
  await store.commitAs(key, 'people.recover', [{ o: 'set', e: deviceEntity(key.deviceId), f: { successor: store.deviceId } }]);
  store.commit('people.replace', [
    { o: 'set', e: deviceEntity(store.deviceId), f: { replaces: key.deviceId } },
    { o: 'add', e: deviceEntity(key.deviceId), s: 'confirmed', x: { by: store.deviceId } },
  ]);
  return { device: key.deviceId as DeviceId, person: old.person };
}

async function becomePerson(context: Pick<AppContext, 'store' | 'person' | 'userDataDir'>, name: string): Promise<void> {
  await keepPersonName(context.store.writer, context.userDataDir, name);
  context.person = name;
  context.store.setPerson(name);
}

function requireOther(store: Store, device: DeviceId, reason: string): void {
  if (device === store.deviceId) throw fail('people/own-device', { reason });
  if (!store.writers().some((writer) => writer.device === device)) throw fail('store/not-found', { kind: 'device', id: device });
}

function ownDeviceWord(about: ReturnType<typeof eventsAbout>, device: string, field: string): DeviceId | null {
  const value = ownWord(about, device, field);
  return value !== null && /^[0-9a-hjkmnp-tv-z]{16}$/.test(value) ? (value as DeviceId) : null;
}
