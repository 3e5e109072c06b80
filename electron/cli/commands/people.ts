/** assay people: who has written in the project, whom this computer trusts, recovery on paper. */
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import type { Device, DeviceId, RecoverySheet } from '../../../shared/domain/people.ts';
import { fail } from '../../../shared/errors.ts';
import { confirmDevice, listPeople, makeSheet, nameDevice, recoverDevice, renamePerson, revokeDevice, unconfirmDevice } from '../../app/people.ts';
import { ioFailure } from '../../files/failures.ts';
import { findDevice, wordsMatch } from '../find-device.ts';
import { command, nameFrom, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { readPassphrase } from '../passphrase.ts';
import { counted, printResult, table } from '../print.ts';
import { withProject } from '../session.ts';
import { readText } from '../text-input.ts';

export function peopleCommands(program: Command): void {
  const people = program.command('people').description('List who has written in the project; confirm, revoke, recover');

  command(people, 'list', 'List the computers that have written, and whom this one trusts', { isDefault: true })
    .action((options: CommonOptions) => withProject(sessionOf(options), (context) => {
      const found = listPeople(context);
      printResult(outputOf(options), found, () => table(
        ['Person', 'Computer', 'Device', 'Trust', 'Events', 'Last', 'Words'],
        found.devices.map((device) => [device.person, device.name || null, device.id, trustOf(device), device.eventCount, device.lastAtMs === null ? null : new Date(device.lastAtMs).toISOString(), device.words.join(' ')]),
      ));
    }));

  command(people, 'name <name>', 'Say what you are called, in all projects of this computer; with --computer, name this computer')
    .option('--computer', 'name this computer in this project')
    .action((name: string, options: CommonOptions & { computer?: boolean }) => withProject(sessionOf(options), async (context) => {
      await (options.computer ? nameDevice(context, nameFrom(name)) : renamePerson(context, nameFrom(name)));
      printResult(outputOf(options), listPeople(context), () => (options.computer ? `This computer is called ${name}` : `You are called ${name}`));
    }));

  command(people, 'confirm <device>', 'Say whose a computer is, after its owner read its eight words to you')
    .requiredOption('--words <words>', 'the eight words as they were read to you, in quotes')
    .action((text: string, options: CommonOptions & { words: string }) => withProject(sessionOf(options), (context) => {
      const device = findDevice(listPeople(context).devices, text);
      if (!wordsMatch(options.words, device.words)) throw fail('people/words-differ', { device: label(device) });
      confirmDevice(context, device.id);
      printChanged(options, listPeople(context).devices, device.id, 'is confirmed');
    }));

  command(people, 'unconfirm <device>', 'Take your confirmation back')
    .action((text: string, options: CommonOptions) => withProject(sessionOf(options), (context) => {
      const device = findDevice(listPeople(context).devices, text);
      unconfirmDevice(context, device.id);
      printChanged(options, listPeople(context).devices, device.id, 'is not confirmed by you any more');
    }));

  command(people, 'revoke <device>', 'Take a computer out: what it signs from now on is marked')
    .requiredOption('--why <reason>', 'the reason, for everybody to read')
    .action((text: string, options: CommonOptions & { why: string }) => withProject(sessionOf(options), (context) => {
      const device = findDevice(listPeople(context).devices, text);
      revokeDevice(context, device.id, nameFrom(options.why, 500));
      printChanged(options, listPeople(context).devices, device.id, 'is revoked');
    }));

  command(people, 'sheet', 'Write the key of this computer, locked with a passphrase, as text to print')
    .requiredOption('--out <file>', 'the file to write; "-" writes to standard output')
    .option('--passphrase-file <file>', 'a file whose first line is the passphrase; asked for where absent')
    .action((options: CommonOptions & { out: string; passphraseFile?: string }) => withProject(sessionOf(options), async (context) => {
      const sheet = await makeSheet(context, await readPassphrase(options.passphraseFile, { isNew: true }));
      if (options.out === '-') return printResult(outputOf(options), sheet, () => sheetText(sheet));
      // It must not replace a file, and is for its owner's eyes only.
      await writeFile(options.out, sheetText(sheet), { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
        throw ioFailure(cause, options.out);
      });
      printResult(outputOf(options), { out: options.out, device: sheet.device, words: sheet.words }, () => `Wrote the recovery sheet to ${options.out}\nPrint it, and remove the file.`);
    }));

  command(people, 'recover <file>', 'Go on for a lost computer: a file with the lines of its sheet; "-" reads standard input')
    .option('--passphrase-file <file>', 'a file whose first line is the passphrase; asked for where absent')
    .action((file: string, options: CommonOptions & { passphraseFile?: string }) => withProject(sessionOf(options), async (context) => {
      const code = codeIn(await readText(file));
      const recovered = await recoverDevice(context, code, await readPassphrase(options.passphraseFile, { isNew: false }));
      printResult(outputOf(options), recovered, () => `This computer goes on for ${recovered.person}, device ${recovered.device}`);
    }));
}

function printChanged(options: CommonOptions, devices: readonly Device[], id: DeviceId, what: string): void {
  const device = devices.find((each) => each.id === id);
  if (device) printResult(outputOf(options), device, () => `${label(device)} ${what}`);
}

function label({ person, name, id }: Device): string {
  return `${person}${name === '' ? '' : `, ${name}`} (${id})`;
}

function trustOf(device: Device): string {
  if (device.trust === 'confirmed' && device.isOwn) return 'yours, before';
  if (device.trust === 'confirmed' && !device.isConfirmedHere) return `confirmed by ${[...new Set(device.confirmedBy.map(({ person }) => person))].join(', ')}`;
  if (device.trust === 'revoked') return `revoked by ${device.revoked?.person ?? '?'}${device.afterRevocationCount > 0 ? `, ${counted(device.afterRevocationCount, 'event')} since` : ''}`;
  return device.trust;
}

function sheetText(sheet: RecoverySheet): string {
  return [
    'ASSAY RECOVERY SHEET', '',
    `Project:      ${sheet.projectName} (${sheet.projectId})`,
    `Person:       ${sheet.person}`,
    `Computer:     ${sheet.deviceName} (device ${sheet.device})`,
    `Eight words:  ${sheet.words.join(' ')}`,
    `Made:         ${new Date(sheet.atMs).toISOString()}`, '',
    ...sheet.lines.map((line, index) => `${index + 1}  ${line}`), '',
    'With these lines and the passphrase, this person goes on as the same on another computer:',
    'People, "Recover a computer"; or: assay people recover FILE',
    'Keep the page safe, and do not write the passphrase on it.', '',
  ].join('\n');
}

/** The lines of a code in the text of a whole sheet; else all of the text. */
function codeIn(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => /^\s*(\d[.:)]?\s+)?([0-9A-Za-z]{4}[ -]){4}[0-9A-Za-z]{4}\s*$/.test(line));
  return lines.length > 0 ? lines.join('\n') : text;
}
