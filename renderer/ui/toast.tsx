/** Short messages at the bottom: what was done, with Undo; what failed, with what to do. Announced politely. */
import { useEffect, type ReactElement } from 'react';
import { create } from 'zustand';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import styles from './toast.module.css';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly fix: string | null;
  readonly isError: boolean;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

interface ToastState { readonly toasts: readonly Toast[]; }
const useToasts = create<ToastState>()(() => ({ toasts: [] }));
let nextId = 1;

/** Says what was done. With `undo` it offers to take it back. */
export function showToast(text: string, options: { readonly undo?: () => void; readonly action?: Toast['action'] } = {}): void {
  add({ text, fix: null, isError: false, action: options.undo ? { label: 'Undo', run: options.undo } : options.action ?? null });
}

/** Says what failed and what to do; takes anything that was thrown. */
export function showError(thrown: unknown): void {
  const failure: Failure = toFailure(thrown);
  add({ text: failure.what, fix: failure.fix, isError: true, action: null });
}

/** Does what a person asked for; says what was done, or what failed. Tells whether it went well. */
export async function attempt(work: () => unknown, options: { readonly done?: string; readonly undo?: () => unknown } = {}): Promise<boolean> {
  try {
    await work();
  } catch (thrown) {
    showError(thrown);
    return false;
  }
  const { done, undo } = options;
  if (done !== undefined) showToast(done, undo ? { undo: () => { void attempt(undo); } } : {});
  return true;
}

function add(toast: Omit<Toast, 'id'>): void {
  const id = nextId++;
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.filter((one) => one.text !== toast.text), { ...toast, id }].slice(-3) }));
}

function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Mounted once, in the frame. */
export function ToastRegion(): ReactElement {
  const toasts = useToasts((state) => state.toasts);
  return (
    <section className={styles['region']} aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => <ToastView key={toast.id} toast={toast} />)}
    </section>
  );
}

function ToastView({ toast }: { readonly toast: Toast }): ReactElement {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), toast.isError ? 20_000 : toast.action?.label === 'Undo' ? 10_000 : toast.action ? 6_000 : 4_000);
    return () => clearTimeout(timer);
  }, [toast]);
  const { action } = toast;
  return (
    <div className={styles['toast']} data-error={toast.isError}>
      <Icon name={toast.isError ? 'error' : 'check'} />
      <div className={styles['text']}><p>{toast.text}</p>{toast.fix ? <p className={styles['fix']}>{toast.fix}</p> : null}</div>
      {action ? <Button kind="ghost" isSmall {...(action.label === 'Undo' ? { icon: 'undo' as const } : {})} onPress={() => { dismiss(toast.id); action.run(); }}>{action.label}</Button> : null}
      <IconButton icon="close" label="Dismiss" isSmall onPress={() => dismiss(toast.id)} />
    </div>
  );
}
