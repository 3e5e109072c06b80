/** The theme as an attribute of the document: what the person chose, or what the system says. */
import type { ShellState } from '../../shared/contract/shell.ts';
import { useShell } from '../state/project.ts';

/** Applies the theme now and whenever the choice or the system changes. */
export function followTheme(): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { shell } = useShell.getState();
    document.documentElement.dataset['theme'] = themeOf(shell.status === 'ready' ? shell.value.theme : 'system', system.matches);
  };
  apply();
  system.addEventListener('change', apply);
  const stop = useShell.subscribe(apply);
  return () => { system.removeEventListener('change', apply); stop(); };
}

export function themeOf(choice: ShellState['theme'], isSystemDark: boolean): 'light' | 'dark' {
  return choice === 'system' ? (isSystemDark ? 'dark' : 'light') : choice;
}
