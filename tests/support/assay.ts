/** The page's own door, for tests that ask the app directly. */
import { expect, type Page } from 'playwright/test';
import type { ChannelName, EventName, EventPayload, Input, Output } from '../../shared/contract/index.ts';
import type { Result } from '../../shared/errors.ts';

interface Door {
  call(channel: string, input: unknown): Promise<Result<unknown>>;
  on(event: string, listener: (payload: unknown) => void): () => void;
}

/** Calls a channel as the page does. */
export async function call<N extends ChannelName>(window: Page, channel: N, input: Input<N>): Promise<Result<Output<N>>> {
  const result = await window.evaluate(([name, value]) => (globalThis as unknown as { assay: Door }).assay.call(name, value), [channel, input] as const);
  return result as Result<Output<N>>;
}

/** Waits until the engine of the window's project is there. */
export async function engineReady(window: Page): Promise<void> {
  await expect.poll(async () => {
    const state = await call(window, 'shell.state', {});
    return state.ok ? state.value.engineError?.what ?? state.value.engine : state.error.what;
  }, { timeout: 60_000 }).toBe('ready');
}

/** The next payload of an event; subscribe before the act that causes it. */
export async function nextEvent<N extends EventName>(window: Page, event: N): Promise<() => Promise<EventPayload<N>>> {
  const key = `seen-${event}-${Math.random()}`;
  await window.evaluate(([name, slot]) => {
    const scope = globalThis as unknown as { assay: Door } & Record<string, unknown>;
    scope[slot] = new Promise((resolve) => {
      const stop = scope.assay.on(name, (payload) => {
        stop();
        resolve(payload);
      });
    });
  }, [event, key] as const);
  return () => window.evaluate((slot) => (globalThis as unknown as Record<string, Promise<unknown>>)[slot], key) as Promise<EventPayload<N>>;
}
