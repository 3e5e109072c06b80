/** Messages between the shell, the engine and the window. Types only; each side checks what it uses. */
import type { Failure, Result } from '../errors.ts';

/** Shell to engine, on the engine's parent port; `window-port` and `worker-started` carry one port. */
export type ToEngine =
  | {
      readonly type: 'open';
      readonly projectDir: string;
      readonly userDataDir: string;
      /** Set to make a new project in `projectDir`. */
      readonly create?: { readonly name: string };
      /** Set for the sample project: where its files lie. It is filled, or filled on, until it is complete. */
      readonly sampleDir?: string;
      readonly appVersion: string;
    }
  | { readonly type: 'grant'; readonly handle: string; readonly path: string }
  | { readonly type: 'window-port' }
  /** The user has turned to another program. */
  | { readonly type: 'blur' }
  | { readonly type: 'worker-started'; readonly requestId: string; readonly pid: number }
  | { readonly type: 'worker-exited'; readonly requestId: string; readonly code: number }
  | { readonly type: 'close' };

/** Engine to shell. */
export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: Failure }
  | { readonly type: 'project-info'; readonly name: string }
  | { readonly type: 'spawn-worker'; readonly requestId: string; readonly name: 'data' | 'train' | 'provider' }
  | { readonly type: 'kill-worker'; readonly requestId: string };

/** Window to engine, on the window's port. */
export interface WindowRequest {
  readonly id: number;
  readonly channel: string;
  readonly input: unknown;
}

/** Engine to window: an answer to a request, or an event. */
export interface WindowReply {
  readonly id: number;
  readonly result: Result<unknown>;
}
export interface WindowEvent {
  readonly event: string;
  readonly payload: unknown;
}
