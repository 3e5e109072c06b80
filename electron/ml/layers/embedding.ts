/** Trained vectors for categories and words. */
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';

/** The width of vectors for `size` categories: half as many, 50 at most (Guo and Berkhahn 2016 leave it open; this is common). */
export function embeddingWidth(size: number): number {
  return Math.min(50, Math.ceil(size / 2));
}

/** The vectors [.., width] of codes int32 [..] in [0, size). They start normal, about one long. */
export function embedding(scope: Scope, name: string, codes: Value, { size, width }: { size: number; width: number }): Value {
  return scope.layer(name, () => {
    const table = scope.parameter('table', [size, width], { kind: 'normal', deviation: 1 / Math.sqrt(width) });
    return scope.op.embed(table, codes);
  });
}
