/** Collects what a verifier finds, each thing once, in the order found. */
import type { VerifyFinding } from '../../shared/domain/verify.ts';
import { AppError } from '../../shared/errors.ts';

export class Findings {
  readonly #all: VerifyFinding[] = [];

  get all(): readonly VerifyFinding[] {
    return this.#all;
  }

  add(kind: VerifyFinding['kind'], file: string, what: string, place: Pick<VerifyFinding, 'record' | 'device' | 'person'> = {}): void {
    const isKnown = this.#all.some((one) => one.kind === kind && one.file === file && one.what === what);
    if (!isKnown) this.#all.push({ ...place, kind, file, what });
  }

  has(...kinds: VerifyFinding['kind'][]): boolean {
    return this.#all.some(({ kind }) => kinds.includes(kind));
  }
}

/** The reason in an error of the archive reader, and the entry it names; any other error is thrown on. */
export function refusalOf(thrown: unknown): { entry: string | null; reason: string } {
  if (!(thrown instanceof AppError) || !thrown.failure.code.startsWith('archive/')) throw thrown;
  const { entry, reason } = thrown.failure.details;
  return { entry: typeof entry === 'string' ? entry : null, reason: String(reason) };
}
