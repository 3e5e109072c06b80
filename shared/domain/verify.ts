/** What a verifier says about an archive or a project. Never a bare green tick. */
import { z } from 'zod';

export const verifyOutcomes = ['verified', 'verified-signer-unknown', 'incomplete', 'altered', 'unreadable'] as const;
export const VerifyOutcome = z.enum(verifyOutcomes);
export type VerifyOutcome = z.infer<typeof VerifyOutcome>;

export const VerifyFinding = z.object({
  kind: z.enum(['altered', 'missing', 'extra', 'signature', 'chain', 'unreadable']),
  file: z.string(),
  /** What is wrong, as a sentence. */
  what: z.string(),
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
