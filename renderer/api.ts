/** Typed access to the engine and the shell; the only file that touches `window.assay`. */
import type { ChannelName, EventName, EventPayload, Input, Output } from '../shared/contract/index.ts';
import { fail, unwrap, type Result } from '../shared/errors.ts';

interface Bridge {
  call(channel: string, input: unknown): Promise<Result<unknown>>;
  on(event: string, listener: (payload: never) => void): () => void;
}
declare global {
  interface Window { readonly assay?: Bridge; }
}

/** Asks the engine or the shell. @throws AppError with the failure's sentences. */
export async function call<N extends ChannelName>(name: N, input: Input<N>): Promise<Output<N>> {
  // The engine validates both ways, so the window does not parse again.
  return unwrap((await bridge().call(name, input)) as Result<Output<N>>);
}

/** Listens to an event; the returned function stops it. */
export function on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
  return bridge().on(name, listener as (payload: never) => void);
}

function bridge(): Bridge {
  if (!window.assay) throw fail('internal/not-allowed');
  return window.assay;
}
