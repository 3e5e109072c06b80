/** What a writer saw when they began to edit a value. Where another has come meanwhile, both are kept. */
import { z } from 'zod';

/** Absent: whatever is there is meant to be replaced. */
export const BasedOn = z.string().max(20_000).optional();
