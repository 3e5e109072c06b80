/** How this window looks: panel widths and open overlays. Kept on this computer, not in the project. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { ChosenFile } from '../../shared/contract/shell.ts';
import type { PageId } from '../../shared/domain/ids.ts';

interface PanelState {
  readonly railWidth: number;
  readonly inspectorWidth: number;
  readonly isInspectorOpen: boolean;
}

export const usePanels = create<PanelState>()(
  persist((): PanelState => ({ railWidth: 208, inspectorWidth: 304, isInspectorOpen: true }), { name: 'panels', storage: createJSONStorage(() => localStorage) }),
);

interface OverlayState {
  readonly overlay: 'palette' | 'keys' | 'create-project' | 'paste-table' | null;
  /** Files to import next: dropped on the window or chosen. */
  readonly filesToImport: readonly ChosenFile[];
  /** The page that was just made here: it opens with its title ready to be written. */
  readonly freshPage: PageId | null;
}

export const useUi = create<OverlayState>()(() => ({ overlay: null, filesToImport: [], freshPage: null }));

export function showOverlay(overlay: OverlayState['overlay']): void {
  useUi.setState({ overlay });
}

export function toggleInspector(): void {
  usePanels.setState(({ isInspectorOpen }) => ({ isInspectorOpen: !isInspectorOpen }));
}
