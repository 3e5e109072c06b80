/**
 * The texts that are open for writing: one Yjs document for each block and the notes of each dataset, with a fresh client id per session. Edits are merged
 * and sent at most twice a second; what could not be sent is kept and tried again. Nothing is dropped while it waits.
 */
import { create } from 'zustand';
import * as Y from 'yjs';
import type { BlockId, DatasetId } from '../../shared/domain/ids.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { onChange } from './changes.ts';
import { beforeLeaving } from './leaving.ts';

const sendAfterMs = 500;
const retryAfterMs = 2000;

/** The most UTF-8 bytes one edit may bring, so that its update fits a record of the log (512 KiB, as base64). */
export const editLimitBytes = 300_000;
const batchLimitBytes = 330_000;

/** Whose text it is: a block of a page, or a dataset with its notes. */
export type TextOwner = { readonly kind: 'block'; readonly id: BlockId } | { readonly kind: 'notes'; readonly id: DatasetId };

export interface SharedText {
  readonly owner: TextOwner;
  readonly doc: Y.Doc;
  readonly text: Y.Text;
}

interface Open extends SharedText {
  pending: Uint8Array[];
  timer: ReturnType<typeof setTimeout> | null;
  sending: Promise<void> | null;
  userCount: number;
}

interface SaveState {
  /** Texts with edits that are not yet in the project. */
  readonly unsavedCount: number;
  readonly savedAtMs: number | null;
  /** Why the last attempt failed; it is repeated by itself. */
  readonly failure: Failure | null;
}
export const useSaves = create<SaveState>()(() => ({ unsavedCount: 0, savedAtMs: null, failure: null }));

const open = new Map<TextOwner['id'], Open>();
const remote = Symbol('from the project');

/** Opens a text; every open needs one `closeText`. @throws AppError when the text cannot be read */
export async function openText(owner: TextOwner): Promise<SharedText> {
  const known = open.get(owner.id) ?? createOpen(owner);
  known.userCount += 1;
  try {
    await refresh(known);
  } catch (thrown) {
    closeText(owner.id);
    throw thrown;
  }
  return known;
}

/** Sends what is left, then lets the document go. */
export function closeText(id: TextOwner['id']): void {
  const known = open.get(id);
  if (!known) return;
  known.userCount -= 1;
  if (known.userCount <= 0) void send(known).then(() => release(known));
}

/** Sends everything that waits; resolves when the project has it or an attempt has failed. */
export async function flushTexts(): Promise<void> {
  await Promise.all([...open.values()].map(send));
}

function createOpen(owner: TextOwner): Open {
  const doc = new Y.Doc();
  const one: Open = { owner, doc, text: doc.getText('text'), pending: [], timer: null, sending: null, userCount: 0 };
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === remote) return;
    one.pending.push(update);
    one.timer ??= setTimeout(() => void send(one), sendAfterMs);
    countUnsaved();
  });
  open.set(owner.id, one);
  return one;
}

async function refresh(one: Open): Promise<void> {
  const { owner } = one;
  const { state } = await (owner.kind === 'block' ? call('pages.blockState', { id: owner.id }) : call('datasets.notes', { id: owner.id }));
  Y.applyUpdate(one.doc, state, remote);
}

async function send(one: Open): Promise<void> {
  if (one.timer !== null) clearTimeout(one.timer);
  one.timer = null;
  if (one.sending) {
    await one.sending;
    return one.pending.length > 0 && one.timer === null ? send(one) : undefined;
  }
  if (one.pending.length === 0) return;
  const batch = firstBatch(one.pending);
  one.pending = one.pending.slice(batch.length);
  // The call leaves this window before the first await, so that a flush works while the window closes.
  one.sending = write(one.owner, batch.length === 1 && batch[0] ? batch[0] : Y.mergeUpdates(batch)).then(
    () => useSaves.setState({ savedAtMs: Date.now(), failure: null }),
    (thrown: unknown) => {
      // Its owner is gone and nobody writes in it any more: there is no place for its last words.
      if (isGone(thrown) && one.userCount <= 0) {
        one.pending = [];
        return;
      }
      one.pending = [...batch, ...one.pending];
      one.timer ??= setTimeout(() => void send(one), retryAfterMs);
      useSaves.setState({ failure: toFailure(thrown) });
    },
  );
  await one.sending;
  one.sending = null;
  countUnsaved();
  if (one.pending.length > 0 && one.timer === null) return send(one);
  release(one);
}

function write(owner: TextOwner, update: Uint8Array): Promise<unknown> {
  return owner.kind === 'block' ? call('pages.editBlock', { id: owner.id, update }) : call('datasets.writeNotes', { id: owner.id, update });
}

/** As many updates as fit one record; always at least one. */
function firstBatch(pending: readonly Uint8Array[]): Uint8Array[] {
  let sizeBytes = 0;
  const count = pending.findIndex((update, index) => {
    sizeBytes += update.byteLength;
    return index > 0 && sizeBytes > batchLimitBytes;
  });
  return count < 0 ? [...pending] : pending.slice(0, count);
}

function release(one: Open): void {
  if (one.userCount > 0 || one.pending.length > 0 || one.sending) return;
  open.delete(one.owner.id);
  one.doc.destroy();
}

function isGone(thrown: unknown): boolean {
  return toFailure(thrown).code === 'store/not-found';
}

function countUnsaved(): void {
  const unsavedCount = [...open.values()].filter((one) => one.pending.length > 0 || one.sending).length;
  if (useSaves.getState().unsavedCount !== unsavedCount) useSaves.setState({ unsavedCount });
}

// An edit by somebody else, or our own coming back: Yjs takes what is missing and ignores the rest.
onChange(({ ids }) => {
  for (const one of open.values()) {
    // Removed: whoever shows the page takes the block away.
    if (ids.has(one.owner.id)) void refresh(one).catch((thrown: unknown) => { if (!isGone(thrown)) useSaves.setState({ failure: toFailure(thrown) }); });
  }
});

beforeLeaving(flushTexts);

if (typeof document !== 'undefined') {
  const flush = () => { void flushTexts(); };
  addEventListener('beforeunload', flush);
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') flush(); });
}
