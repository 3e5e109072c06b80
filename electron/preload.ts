/**
 * Gives the page `window.assay = { call, on }` and nothing else. Channels of the shell go to the main
 * process, all others over a message port straight to the engine; dropped files become handles.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { WindowEvent, WindowReply, WindowRequest } from '../shared/contract/engine-link.ts';
import { failureOf, type Failure, type Result } from '../shared/errors.ts';

type Listener = (payload: unknown) => void;

let port: MessagePort | null = null;
/** Why no engine will answer; null while there is one, or one is on its way. */
let absence: Failure | null = null;
let lastId = 0;
/** Calls that wait for an answer, with their request in case the port is not there yet. */
const pending = new Map<number, { request: WindowRequest; settle: (result: Result<unknown>) => void }>();
const listeners = new Map<string, Set<Listener>>();

contextBridge.exposeInMainWorld('assay', { call, on });

function call(channel: string, input: unknown): Promise<Result<unknown>> {
  if (typeof channel !== 'string') return Promise.resolve({ ok: false, error: failureOf('internal/unknown-channel', { channel: typeof channel }) });
  if (channel.startsWith('shell.')) return ipcRenderer.invoke('shell', channel, input) as Promise<Result<unknown>>;
  if (absence) return Promise.resolve({ ok: false, error: absence });
  return new Promise((settle) => {
    const request = { id: ++lastId, channel, input };
    pending.set(request.id, { request, settle });
    port?.postMessage(request);
  });
}

function on(event: string, listener: Listener): () => void {
  const ofEvent = listeners.get(event) ?? new Set();
  listeners.set(event, ofEvent.add(listener));
  return () => void ofEvent.delete(listener);
}

function emit(event: string, payload: unknown): void {
  for (const listener of listeners.get(event) ?? []) listener(payload);
}

ipcRenderer.on('event', (_event, name: string, payload: unknown) => emit(name, payload));

ipcRenderer.on('engine-port', ({ ports }) => {
  port?.close();
  port = ports[0] ?? null;
  absence = null;
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<WindowReply | WindowEvent>) => {
    if ('event' in data) return emit(data.event, data.payload);
    pending.get(data.id)?.settle(data.result);
    pending.delete(data.id);
  };
  for (const { request } of pending.values()) port.postMessage(request);
});

/** An engine is on its way: calls wait for it. */
ipcRenderer.on('engine-starting', () => {
  absence = null;
});

/** There is no engine, or no more: what waits for it will not be answered. */
ipcRenderer.on('engine-gone', (_event, failure: Failure | null) => {
  port?.close();
  port = null;
  absence = failure ?? failureOf('project/none');
  for (const { settle } of pending.values()) settle({ ok: false, error: absence });
  pending.clear();
});

// A dropped file must neither open in the window nor show its path to the page.
window.addEventListener('dragover', (event) => {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
});
window.addEventListener('drop', (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  ipcRenderer.send('files-dropped', [...event.dataTransfer.files].map((file) => webUtils.getPathForFile(file)).filter(Boolean));
});

ipcRenderer.send('window-ready');
