/** Finds the device that somebody means: by id, person, computer or words. */
import type { Device } from '../../shared/domain/people.ts';
import { fail } from '../../shared/errors.ts';

/** @throws AppError cli/usage when no device, or more than one, fits */
export function findDevice(devices: readonly Device[], text: string): Device {
  const wanted = text.trim().toLowerCase();
  const exact = devices.filter(({ id, words }) => id === wanted || wordsMatch(text, words));
  const found = exact.length > 0 ? exact
    : devices.filter(({ id, person, name }) => (wanted.length >= 4 && id.startsWith(wanted)) || person.toLowerCase() === wanted || (name !== '' && name.toLowerCase() === wanted));
  const [one, ...others] = found;
  if (!one) throw fail('cli/usage', { message: `There is no device "${text}" in this project; "assay people" lists them.` });
  if (others.length > 0) throw fail('cli/usage', { message: `"${text}" may be ${found.map(({ id, name }) => `${id}${name === '' ? '' : ` (${name})`}`).join(' or ')}; give the device.` });
  return one;
}

/** Whether a text is these words, however it is written down. */
export function wordsMatch(text: string, words: readonly string[]): boolean {
  const given = text.toLowerCase().split(/[^a-z]+/).filter(Boolean);
  return given.length === words.length && given.every((word, index) => word === words[index]);
}
