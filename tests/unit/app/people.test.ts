import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { confirmDevice, listPeople, makeSheet, nameDevice, recoverDevice, renamePerson, revokeDevice, unconfirmDevice } from '../../../electron/app/people.ts';
import { listHistory } from '../../../electron/app/timeline.ts';
import { knownKeys } from '../../../electron/app/trust-here.ts';
import { deviceEntity } from '../../../electron/app/trust-words.ts';
import { personName } from '../../../electron/files/profile.ts';
import type { Store, StoreOptions } from '../../../electron/store/store.ts';
import type { Device, DeviceId } from '../../../shared/domain/people.ts';
import { codeThrownBy, createStore, device, openStore, syncFolders, temporaryDirectory } from '../../support/stores.ts';

interface Person { readonly options: StoreOptions; readonly store: Store; person: string; readonly userDataDir: string; readonly clock: () => number; }

/** People with a copy of one project each, who have all written something. */
async function team<Name extends string>(...names: Name[]): Promise<Record<Name, Person> & { meet(): Promise<void> }> {
  const root = temporaryDirectory();
  const people = {} as Record<Name, Person>;
  for (const name of names) {
    const options = device(root, name);
    const first = Object.values<Person>(people)[0];
    if (first) {
      await first.store.flush();
      syncFolders(first.options.projectDir, options.projectDir);
    }
    const store = first ? await openStore(options) : await createStore(options);
    people[name] = { options, store, person: name, userDataDir: options.userDataDir, clock: options.clock };
    store.commit('pages.create', [{ o: 'create', e: store.newId(), t: 'page', f: { title: name } }]);
  }
  const all = Object.values<Person>(people);
  const meet = async (): Promise<void> => {
    for (const { store } of all) await store.flush();
    for (const from of all) for (const to of all) if (from !== to) syncFolders(from.options.projectDir, to.options.projectDir);
    for (const { store } of all) await store.refresh();
  };
  await meet();
  return { ...people, meet };
}

function id({ store }: Person): DeviceId {
  return store.deviceId as DeviceId;
}

/** What one thinks of another. */
function view(of: Person, about: Person): Device {
  const found = listPeople(of).devices.find((each) => each.id === id(about));
  if (!found) throw new Error('nobody knows this device');
  return found;
}

describe('people', () => {
  it('are listed with what they wrote, this computer first', async () => {
    const { Ana, Ben } = await team('Ana', 'Ben');
    const { person, devices } = listPeople(Ana);
    expect(person).toBe('Ana');
    expect(devices.map(({ person: of, trust, eventCount, revoked, replaces }) => ({ of, trust, eventCount, revoked, replaces }))).toEqual([
      { of: 'Ana', trust: 'this', eventCount: 2, revoked: null, replaces: null },
      { of: 'Ben', trust: 'unconfirmed', eventCount: 1, revoked: null, replaces: null },
    ]);
    expect(view(Ana, Ben).words).toEqual(view(Ben, Ben).words);
    expect(view(Ana, Ben).words).not.toEqual(view(Ana, Ana).words);
    expect(view(Ana, Ana).words.join(' ')).toBe(Ana.store.deviceFingerprint);
  });

  it('who have not written yet see themselves', async () => {
    const root = temporaryDirectory();
    const ana = device(root, 'Ana');
    await (await createStore(ana)).flush();
    const ben = device(root, 'Ben');
    syncFolders(ana.projectDir, ben.projectDir);
    const store = await openStore(ben);
    expect(listPeople({ store, person: 'Ben' }).devices.map(({ person, trust, eventCount }) => [person, trust, eventCount])).toEqual([['Ben', 'this', 0], ['Ana', 'unconfirmed', 1]]);
  });

  it('can rename themselves, for all their projects, and others see it', async () => {
    const { Ana, Ben, meet } = await team('Ana', 'Ben');
    await renamePerson(Ben, 'Benedikt');
    nameDevice(Ben, 'lab bench');
    Ben.store.commit('pages.create', [{ o: 'create', e: Ben.store.newId(), t: 'page', f: { title: 'x' } }]);
    await meet();
    expect(view(Ana, Ben)).toMatchObject({ person: 'Benedikt', name: 'lab bench' });
    expect(view(Ben, Ben)).toMatchObject({ person: 'Benedikt', name: 'lab bench' });
    expect(Ana.store.events({ limit: 1 })[0]?.person).toBe('Benedikt');
    expect(personName(Ben.userDataDir, {})).toBe('Benedikt');
    expect(personName(Ben.userDataDir, { ASSAY_PERSON: 'Env' })).toBe('Env');
    expect(readFileSync(join(Ben.userDataDir, 'profile.json'), 'utf8')).toContain('Benedikt');
  });

  it('can be confirmed, and that can be taken back', async () => {
    const { Ana, Ben, meet } = await team('Ana', 'Ben');
    confirmDevice(Ana, id(Ben));
    expect(view(Ana, Ben)).toMatchObject({ trust: 'confirmed', isConfirmedHere: true, confirmedBy: [{ device: id(Ana), person: 'Ana' }] });
    expect(knownKeys(Ana.store)).toEqual([Ana.store.signingKey.publicKey, Ben.store.signingKey.publicKey]);
    await meet();
    expect(view(Ben, Ana).trust).toBe('unconfirmed');
    expect(knownKeys(Ben.store)).toEqual([Ben.store.signingKey.publicKey]);
    unconfirmDevice(Ana, id(Ben));
    expect(view(Ana, Ben)).toMatchObject({ trust: 'unconfirmed', isConfirmedHere: false, confirmedBy: [] });
  });

  it('who are not there, and oneself, are refused in words', async () => {
    const { Ana, Ben } = await team('Ana', 'Ben');
    const nobody = '0'.repeat(16) as DeviceId;
    for (const act of [confirmDevice, unconfirmDevice, (context: Person, one: DeviceId) => revokeDevice(context, one, 'x')]) {
      expect(await codeThrownBy(() => act(Ana, nobody))).toBe('store/not-found');
      expect(await codeThrownBy(() => act(Ana, id(Ana)))).toBe('people/own-device');
    }
    expect(await codeThrownBy(() => unconfirmDevice(Ana, id(Ben)))).toBe('people/not-confirmed');
  });

  it('are trusted when a confirmed colleague confirmed them', async () => {
    const { Ana, Ben, Cleo, meet } = await team('Ana', 'Ben', 'Cleo');
    confirmDevice(Ben, id(Cleo));
    await meet();
    expect(view(Ana, Cleo).trust).toBe('unconfirmed');
    confirmDevice(Ana, id(Ben));
    expect(view(Ana, Cleo)).toMatchObject({ trust: 'confirmed', isConfirmedHere: false, confirmedBy: [{ person: 'Ben' }] });
  });
});

it('a computer that got a new key still knows whom it had confirmed, and others confirm it anew', async () => {
  const { Ana, Ben, meet } = await team('Ana', 'Ben');
  confirmDevice(Ana, id(Ben));
  confirmDevice(Ben, id(Ana));
  await meet();
  const before = Ana.store.deviceId;
  await Ana.store.close();
  const store = await openStore({ ...Ana.options, machine: 'another computer' });
  const again = { store, person: 'Ana' };
  expect(store.deviceId).not.toBe(before);
  expect(listPeople(again).devices).toMatchObject([
    { id: store.deviceId, trust: 'this', replaces: before }, { id: before, trust: 'confirmed', isOwn: true }, { id: id(Ben), trust: 'confirmed', isConfirmedHere: true },
  ]);
  await store.flush();
  syncFolders(Ana.options.projectDir, Ben.options.projectDir);
  await Ben.store.refresh();
  expect(listPeople(Ben).devices.find((each) => each.id === store.deviceId)).toMatchObject({ trust: 'unconfirmed', replaces: before });
  unconfirmDevice(again, id(Ben));
  expect(listPeople(again).devices[2]).toMatchObject({ trust: 'unconfirmed' });
});

describe('what a stranger writes into the log', () => {
  it('counts as the stranger\u2019s, whatever its body claims', async () => {
    const { Ana, Ben, Mallory, meet } = await team('Ana', 'Ben', 'Mallory');
    confirmDevice(Ana, id(Ben));
    const [ana, ben, mallory] = [Ana, Ben, Mallory].map((each) => deviceEntity(id(each))) as [string, string, string];
    const heads = {};
    Mallory.store.commit('people.confirm', [
      { o: 'add', e: mallory, s: 'confirmed', x: { by: id(Ana) } },
      { o: 'add', e: mallory, s: 'confirmed', x: { by: id(Ben) } },
      { o: 'add', e: mallory, s: 'confirmed', x: { by: id(Mallory) } },
      { o: 'set', e: mallory, f: { replaces: id(Ben), person: 'Ana', name: 'Ana\u2019s laptop' } },
    ]);
    await meet();
    Mallory.store.commit('people.revoke', [
      { o: 'remove', e: ben, s: 'confirmed', x: { by: id(Ana) } },
      { o: 'set', e: ben, f: { revoked: { by: id(Ana), reason: 'x', heads }, name: 'stolen', successor: id(Mallory), deleted: true } },
      { o: 'set', e: ana, f: { revoked: { by: id(Ben), reason: 'x', heads }, successor: id(Mallory) } },
      { o: 'add', e: ben, s: 'confirmed', x: 'not a device' },
      { o: 'add', e: ben, s: 'confirmed', x: { by: '__proto__' } },
      { o: 'set', e: mallory, f: { revoked: { by: id(Mallory), reason: 'x', heads: 7 } } },
    ]);
    await meet();
    for (const one of [Ana, Ben]) expect(view(one, Mallory).trust).toBe('unconfirmed');
    expect(view(Ana, Ben)).toMatchObject({ trust: 'confirmed', revoked: null });
    expect(view(Ana, Ben).name).not.toBe('stolen');
    expect(view(Ana, Ana)).toMatchObject({ trust: 'this', revoked: null });
    expect(listPeople(Ana).devices).toHaveLength(3);
  });
});

describe('revoking a device', () => {
  it('flags what it signs from then on, and keeps it', async () => {
    const { Ana, Ben, meet } = await team('Ana', 'Ben');
    confirmDevice(Ana, id(Ben));
    revokeDevice(Ana, id(Ben), 'lost on the train');
    expect(view(Ana, Ben)).toMatchObject({ trust: 'revoked', afterRevocationCount: 0, revoked: { person: 'Ana', reason: 'lost on the train' } });
    expect(knownKeys(Ana.store)).toHaveLength(2);
    Ben.store.commit('pages.create', [{ o: 'create', e: Ben.store.newId(), t: 'page', f: { title: 'late' } }]);
    await meet();
    expect(view(Ana, Ben)).toMatchObject({ trust: 'revoked', afterRevocationCount: 1, eventCount: 2 });
    expect(Ana.store.list('page').map(({ fields }) => fields['title'])).toContain('late');
    expect(listHistory(Ana, { entity: null, limit: 3, before: null }).entries.map(({ sentence, flag }) => [sentence, flag])).toEqual(expect.arrayContaining([
      ['Created the page “late”', 'after-revocation'], [expect.stringMatching(/^Revoked the computer .* of Ben$/), null],
    ]));
    expect(knownKeys(Ana.store)).toEqual([Ana.store.signingKey.publicKey]);
    confirmDevice(Ana, id(Ben));
    expect(view(Ana, Ben)).toMatchObject({ trust: 'confirmed', afterRevocationCount: 0, revoked: null });
  });

  it('counts for those who have confirmed the one who revokes, and for nobody else', async () => {
    const { Ana, Ben, Cleo, meet } = await team('Ana', 'Ben', 'Cleo');
    confirmDevice(Ana, id(Ben));
    revokeDevice(Ben, id(Cleo), 'left us');
    await meet();
    expect(view(Ana, Cleo)).toMatchObject({ trust: 'revoked', revoked: { person: 'Ben', reason: 'left us' } });
    expect(view(Cleo, Cleo)).toMatchObject({ trust: 'this', revoked: null });
  });
});

describe('a recovery sheet', () => {
  const passphrase = 'four words are enough';

  it('needs a passphrase of some length', async () => {
    const { Ana } = await team('Ana');
    expect(await codeThrownBy(() => makeSheet(Ana, 'short'))).toBe('people/weak-passphrase');
  });

  it('lets another computer go on with the trust of the lost one, without its key', async () => {
    const { Ana, Ben, Next, meet } = await team('Ana', 'Ben', 'Next');
    confirmDevice(Ana, id(Ben));
    confirmDevice(Ben, id(Ana));
    const sheet = await makeSheet(Ana, passphrase);
    expect(sheet).toMatchObject({ projectName: 'Penguins', person: 'Ana', device: id(Ana), words: view(Ana, Ana).words });
    expect(sheet.qr.path).toMatch(/^(M\d+ \d+h\d+v1h-\d+z)+$/);
    await meet();
    expect(view(Ben, Next).trust).toBe('unconfirmed');
    expect(await recoverDevice(Next, sheet.lines.join('\n'), passphrase)).toEqual({ device: id(Ana), person: 'Ana' });
    await meet();
    expect(view(Ben, Next)).toMatchObject({ trust: 'confirmed', replaces: id(Ana), isConfirmedHere: false, confirmedBy: [{ person: 'Ana' }] });
    expect(view(Next, Ben)).toMatchObject({ trust: 'confirmed' });
    expect(view(Next, Ana)).toMatchObject({ trust: 'confirmed', isConfirmedHere: true });
    expect(Next.store.deviceId).not.toBe(Ana.store.deviceId);

    revokeDevice(Next, id(Ana), 'stolen');
    await meet();
    confirmDevice(Ana, id(Next)); // the thief goes on with the old key
    await meet();
    expect(view(Ben, Ana)).toMatchObject({ trust: 'revoked', afterRevocationCount: 1 });
    expect(view(Ben, Next).trust).toBe('confirmed');
  });

  it('is refused with a wrong passphrase, of this very computer, and in a project that its key never wrote in', async () => {
    const { Ana } = await team('Ana');
    const { Zoe } = await team('Zoe');
    const { lines } = await makeSheet(Ana, passphrase);
    expect(await codeThrownBy(() => recoverDevice(Zoe, lines.join('\n'), 'four words are not'))).toBe('people/recovery-passphrase');
    expect(await codeThrownBy(() => recoverDevice(Ana, lines.join('\n'), passphrase))).toBe('people/recovery-device');
    expect(await codeThrownBy(() => recoverDevice(Zoe, lines.join('\n'), passphrase))).toBe('people/recovery-device');
    expect(Zoe.store.events({ limit: 10 })).toHaveLength(2);
  });
});
