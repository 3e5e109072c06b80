/**
 * Serves the contract: finds the channel, parses its input, runs its handler, parses its output, and turns
 * whatever happens into a Result. Handlers that write run one after the other; reads do not wait for them.
 */
import type { z } from 'zod';
import { engineChannels, type EngineChannelName, type EngineChannels } from '../../shared/contract/index.ts';
import type { OutputOf, ParsedInputOf } from '../../shared/contract/channel.ts';
import { fail, toResult, type Result } from '../../shared/errors.ts';
import type { AppContext } from '../app/context.ts';

/** One function per channel; a missing or an extra one does not compile. */
export type Handlers<Names extends EngineChannelName = EngineChannelName> = {
  readonly [N in Names]: (
    context: AppContext,
    input: ParsedInputOf<EngineChannels[N]>,
  ) => OutputOf<EngineChannels[N]> | Promise<OutputOf<EngineChannels[N]>>;
};

export interface Server {
  call(channel: string, input: unknown): Promise<Result<unknown>>;
}

/** @param onUnexpected sees every failure that no error code names, for the log. */
export function serve(context: AppContext, handlers: Handlers, onUnexpected: (thrown: unknown) => void): Server {
  let writeTail: Promise<unknown> = Promise.resolve();

  const answer = async (name: EngineChannelName, input: unknown): Promise<unknown> => {
    const channel = engineChannels[name];
    const parsed = channel.input.safeParse(input);
    if (!parsed.success) throw invalidInput(parsed.error);
    if (channel.writes && !context.store.canWrite) throw fail('project/read-only', { reason: context.store.readOnlyReason ?? 'the folder cannot be written' });
    const handler = handlers[name] as (context: AppContext, input: unknown) => unknown;
    return channel.output.parse(await handler(context, parsed.data));
  };

  return {
    call: (channel, input) => toResult(() => {
      if (!Object.hasOwn(engineChannels, channel)) throw fail('internal/unknown-channel', { channel });
      const name = channel as EngineChannelName;
      if (!engineChannels[name].writes) return answer(name, input);
      const turn = writeTail.then(() => answer(name, input));
      writeTail = turn.catch(() => undefined);
      return turn;
    }, onUnexpected),
  };
}

function invalidInput(error: z.ZodError): Error {
  const issue = error.issues[0];
  return fail('internal/invalid-input', { field: issue?.path.join('.') || 'input', message: issue?.message ?? 'unknown' });
}

/** The answer of a channel that only acts. */
export function done(_: void): Record<string, never> {
  return {};
}
