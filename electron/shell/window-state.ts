/** Where the window was, so that it opens there again; never off every screen. */
import { z } from 'zod';

export const WindowState = z.object({
  x: z.number().int().nullable(),
  y: z.number().int().nullable(),
  width: z.number().int().min(400),
  height: z.number().int().min(300),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const defaultWindowState: WindowState = { x: null, y: null, width: 1440, height: 900, isMaximized: false };

/** How much of the title bar must be on a screen for the window to be within reach, in px. */
const reachablePx = 80;

/** The saved state, without its place when no screen shows that place any more, and never larger than its screen. */
export function fitToScreens(saved: WindowState, workAreas: readonly Rectangle[]): WindowState {
  const { x, y } = saved;
  const area = x === null || y === null
    ? undefined
    : workAreas.find((screen) => x + saved.width >= screen.x + reachablePx && x <= screen.x + screen.width - reachablePx
        && y >= screen.y && y <= screen.y + screen.height - reachablePx);
  const screen = area ?? workAreas[0];
  return {
    ...saved,
    x: area ? x : null,
    y: area ? y : null,
    width: screen ? Math.min(saved.width, screen.width) : saved.width,
    height: screen ? Math.min(saved.height, screen.height) : saved.height,
  };
}
