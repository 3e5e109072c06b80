/** Exit codes of the command line. */
export const exitCodes = { done: 0, failed: 1, usage: 2, findings: 3, cancelled: 130 } as const;
