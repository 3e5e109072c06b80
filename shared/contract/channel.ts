/**
 * A channel is data: what goes in, what comes out, and whether it changes the project.
 * Client and server types derive from it, so they cannot drift apart.
 */
import type { z } from 'zod';

export interface Channel<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly output: O;
  /** True when it commits an event: it is refused on a read-only project and runs in the write queue. */
  readonly writes: boolean;
}

export function channel<I extends z.ZodType, O extends z.ZodType>(shape: Channel<I, O>): Channel<I, O> {
  return shape;
}

export type InputOf<C> = C extends Channel<infer I, z.ZodType> ? z.input<I> : never;
export type ParsedInputOf<C> = C extends Channel<infer I, z.ZodType> ? z.output<I> : never;
export type OutputOf<C> = C extends Channel<z.ZodType, infer O> ? z.output<O> : never;
