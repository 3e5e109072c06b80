import { expect, test } from 'vitest';
import { defaultWindowState, fitToScreens, WindowState } from '../../../electron/shell/window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };

test('a window opens where it was', () => {
  const saved = { x: 100, y: 50, width: 1200, height: 800, isMaximized: false };
  expect(fitToScreens(saved, [screen])).toEqual(saved);
});

test('a window whose screen is gone opens where the system puts it', () => {
  const saved = { x: 2500, y: 50, width: 1200, height: 800, isMaximized: false };
  expect(fitToScreens(saved, [screen])).toEqual({ ...saved, x: null, y: null });
});

test('a title bar above the screen counts as out of reach', () => {
  expect(fitToScreens({ x: 100, y: -40, width: 1200, height: 800, isMaximized: false }, [screen])).toMatchObject({ x: null, y: null });
});

test('a window is never larger than its screen', () => {
  expect(fitToScreens(defaultWindowState, [{ x: 0, y: 0, width: 1280, height: 720 }])).toMatchObject({ width: 1280, height: 720 });
});

test('without any screen the saved size stays', () => {
  expect(fitToScreens(defaultWindowState, [])).toEqual(defaultWindowState);
});

test('a size of nothing is no window state', () => {
  expect(WindowState.safeParse({ ...defaultWindowState, width: 0 }).success).toBe(false);
});
