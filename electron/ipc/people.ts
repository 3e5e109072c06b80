/** Channels of people and their devices. */
import * as app from '../app/people.ts';
import type { peopleChannels } from '../../shared/contract/people.ts';
import { done, type Handlers } from './serve.ts';

export const peopleHandlers: Handlers<keyof typeof peopleChannels> = {
  'people.get': (context) => app.listPeople(context),
  'people.rename': async (context, { name }) => done(await app.renamePerson(context, name)),
  'people.nameDevice': (context, { name }) => done(app.nameDevice(context, name)),
  'people.confirm': (context, { device }) => done(app.confirmDevice(context, device)),
  'people.unconfirm': (context, { device }) => done(app.unconfirmDevice(context, device)),
  'people.revoke': (context, { device, reason }) => done(app.revokeDevice(context, device, reason)),
  'people.sheet': (context, { passphrase }) => app.makeSheet(context, passphrase),
  'people.recover': (context, { code, passphrase }) => app.recoverDevice(context, code, passphrase),
};
