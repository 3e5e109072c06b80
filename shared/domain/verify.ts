/** What a verifier says about an archive or a project. Never a bare green tick. */
import { z } from 'zod';

export const verifyOutcomes = ['verified', 'verified-signer-unknown', 'incomplete', 'altered', 'unreadable'] as const;
export const VerifyOutcome = z.enum(verifyOutcomes);
export type VerifyOutcome = z.infer<typeof VerifyOutcome>;

/**
 * - altered, signature, chain: not what was signed, so the outcome is "altered"
 * - missing, unreadable: what is here is right, but something is not here, so the outcome is "incomplete"
 * - extra: nothing signs it, and nothing depends on it
 * - fork: one device wrote a session twice, as a cloned computer does; both are here and both count
 * - revoked: signed by a device after somebody had taken it out
 * - clock: a time that cannot be right
 * The last four are told and change nothing.
 */
export const verifyFindingKinds = ['altered', 'missing', 'extra', 'signature', 'chain', 'unreadable', 'fork', 'revoked', 'clock'] as const;

export const VerifyFinding = z.object({
  kind: z.enum(verifyFindingKinds),
  /** Where it is, or should be; relative to the project or the archive. */
  file: z.string(),
  /** What is wrong, as a sentence. */
  what: z.string(),
  /** Number of the record in its session, the first where several are meant. */
  record: z.number().int().optional(),
  /** The device whose record or file it is. */
  device: z.string().optional(),
  person: z.string().optional(),
});
export type VerifyFinding = z.infer<typeof VerifyFinding>;

export const VerifyReport = z.object({
  outcome: VerifyOutcome,
  fileCount: z.number().int(),
  sizeBytes: z.number(),
  eventCount: z.number().int(),
  signer: z.string().nullable(),
  findings: z.array(VerifyFinding),
});
export type VerifyReport = z.infer<typeof VerifyReport>;
