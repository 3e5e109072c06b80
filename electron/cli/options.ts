/** Options that every command has, and how their values are read. */
import { InvalidArgumentError, type Command } from 'commander';
import { parseTag, type Tag } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { progressOnTerminal, type Output } from './print.ts';
import type { SessionOptions } from './session.ts';

export interface CommonOptions {
  readonly project?: string;
  readonly json?: boolean;
}

/** A command with the common options. */
export function command(program: Command, usage: string, description: string, { isDefault = false } = {}): Command {
  return program.command(usage, { isDefault }).description(description)
    .option('--project <dir>', 'the project folder')
    .option('--json', 'print one JSON document');
}

export function outputOf(options: CommonOptions): Output {
  return { isJson: options.json === true };
}

export function sessionOf(options: CommonOptions): SessionOptions {
  return { project: options.project, emit: progressOnTerminal(outputOf(options)) };
}

export const maxNameLength = 120;

/** A name as the window accepts it. @throws AppError cli/usage */
export function nameFrom(text: string, maxLength = maxNameLength): string {
  const name = text.trim();
  if (name === '' || name.length > maxLength) {
    throw fail('cli/usage', { message: `A name has 1 to ${maxLength} characters; this one has ${name.length}. Give another with --name.` });
  }
  return name;
}

/** Reads an option that must be a number. */
export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('not a number');
  return value;
}

/** Reads "a,b,c"; a comma inside a name is written as "\,". */
export function toList(text: string): string[] {
  return text.split(/(?<!\\),/).map((each) => each.replaceAll('\\,', ',').trim()).filter(Boolean);
}

/** Reads "pilot" or "source: sensor 4". @throws AppError cli/usage */
export function tagFrom(text: string): Tag {
  try {
    return parseTag(text);
  } catch (thrown) {
    throw fail('cli/usage', { message: `"${text.slice(0, 100)}" is not a tag: ${(thrown as RangeError).message}.` });
  }
}
