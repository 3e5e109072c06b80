/** Reads keys into commands: chords ("mod+k") and sequences ("g r"). Typing in a field triggers only chords with mod. */
import type { Command } from './command.ts';

const sequenceMs = 1200;

/** The name of a key press as commands write it, for example "mod+shift+e" or "?". */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : ({ ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', Escape: 'escape', Enter: 'enter', ' ': 'space' }[event.key] ?? event.key.toLowerCase());
  const isLetter = /^[a-z0-9]$/.test(key) || key.length > 1;
  const parts = [event.ctrlKey || event.metaKey ? 'mod' : '', event.altKey ? 'alt' : '', event.shiftKey && isLetter ? 'shift' : '', key];
  return parts.filter(Boolean).join('+');
}

export interface KeyReader {
  /** The command to run, or null; `isPending` when a sequence has begun. */
  read(event: KeyboardEvent, commands: readonly Command[], atMs: number): { readonly command: Command | null; readonly isPending: boolean };
}

export function createKeyReader(): KeyReader {
  let prefix = '';
  let prefixAtMs = 0;
  return {
    read(event, commands, atMs) {
      const name = keyName(event);
      const typed = prefix && atMs - prefixAtMs < sequenceMs ? `${prefix} ${name}` : name;
      prefix = '';
      const command = commands.find((one) => one.keys === typed) ?? commands.find((one) => one.keys === name) ?? null;
      if (command) return { command, isPending: false };
      if (commands.some((one) => one.keys?.startsWith(`${name} `))) {
        prefix = name;
        prefixAtMs = atMs;
        return { command: null, isPending: true };
      }
      return { command: null, isPending: false };
    },
  };
}

/** True where plain letters are text. */
export function isTypingTarget(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [role=textbox], [role=listbox], [role=menu]') !== null);
}
