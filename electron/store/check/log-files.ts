/** Reads a file of the log, loose segment or pack, into a check of the whole log. */
import type { VerifyFinding } from '../../../shared/domain/verify.ts';
import type { LogCheck } from './log-check.ts';
import { looksLikePack, splitPack } from '../format/packs.ts';
import { looksLikeSegment, readSegment } from '../format/segments.ts';

/**
 * Takes the segments of a file, and says what is wrong with each that is not sound. Of a file that `mayGrow`, as one that
 * a sync still brings, the rest is missing; of any other it is gone.
 */
export function checkLogFile(check: LogCheck, file: string, bytes: Uint8Array, { mayGrow }: { readonly mayGrow: boolean }): void {
  if (looksLikePack(bytes)) {
    const pack = splitPack(bytes);
    if (pack.status !== 'whole') check.set(file, new Uint8Array(), findingOf(file, pack.status === 'waiting' && mayGrow ? 'missing' : 'altered', pack.problem));
    // What is in a whole pack cannot grow any more.
    for (const segment of pack.segments) checkSegment(check, file, segment, false);
    return;
  }
  if (!file.includes('.seg') && !looksLikeSegment(bytes)) {
    check.set(file, new Uint8Array(), { kind: 'extra', file, what: 'It is not part of the log.' });
    return;
  }
  checkSegment(check, file, bytes, mayGrow);
}

function checkSegment(check: LogCheck, file: string, bytes: Uint8Array, mayGrow: boolean): void {
  const reading = readSegment(bytes);
  if (reading.status === 'sealed') return check.add(file, reading.segment);
  const kind = reading.status === 'damaged' ? reading.kind : mayGrow ? 'missing' : 'altered';
  check.set(file, bytes, findingOf(file, kind, reading.problem));
}

function findingOf(file: string, kind: VerifyFinding['kind'], problem: string): VerifyFinding {
  return { kind, file, what: kind === 'missing' ? `A file of the log is not complete: ${problem}.` : `A file of the log was changed: ${problem}.` };
}
