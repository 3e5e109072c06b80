/** A command is a record; buttons, the menu, shortcuts and the palette all read the same one. */
import { useLayoutEffect, useRef } from 'react';
import type { IconName } from '../ui/icon.tsx';

export interface Command {
  /** As the menu names it: "go.runs". */
  readonly id: string;
  readonly label: string;
  /** "mod+k" together, "g r" one after the other; null without a shortcut. */
  readonly keys: string | null;
  readonly icon: IconName;
  readonly run: () => void | Promise<unknown>;
  /** Why it cannot run now; null when it can. */
  readonly disabledReason?: () => string | null;
  /** More words to find it by. */
  readonly words?: string;
}

/** The commands of the view that is open, by the component that brought them. */
const viewCommands = new Map<symbol, readonly Command[]>();

/** Adds commands while the component is mounted, as "Compare selected runs" on the runs page. */
export function useCommands(commands: readonly Command[]): void {
  const key = useRef(Symbol('commands'));
  useLayoutEffect(() => { viewCommands.set(key.current, commands); });
  useLayoutEffect(() => {
    const own = key.current;
    return () => { viewCommands.delete(own); };
  }, []);
}

export function currentViewCommands(): readonly Command[] {
  return [...viewCommands.values()].flat();
}

/** @throws RangeError when two commands share an id or keys; a guard test runs it on all of them. */
export function assertNoClash(commands: readonly Command[]): void {
  const seen = new Map<string, string>();
  for (const { id, keys } of commands) {
    for (const mark of [`id ${id}`, ...(keys === null ? [] : [`keys ${keys}`])]) {
      const other = seen.get(mark);
      if (other !== undefined) throw new RangeError(`commands "${other}" and "${id}" share the ${mark}`);
      seen.set(mark, id);
    }
  }
}
