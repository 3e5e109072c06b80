/** A theme as data, for tests of option builders. */
import type { ChartTheme } from '../../../../renderer/charts/theme.ts';

export const lightTheme: ChartTheme = {
  isDark: false, background: '#ffffff', surface: '#f6f7f9', text: '#1a1e24', muted: '#57606c', border: '#d7dbe1', grid: '#d7dbe199', controlEdge: '#7d8794',
  accent: '#0b5fb8', selected: '#dcebfb', danger: '#b3261e', warn: '#8a5a00', ok: '#1b6e3c',
  series: ['#5a8cf0', '#885916', '#6327a4', '#9b9113', '#1f7d63', '#383c49', '#f05395', '#5b3128'],
  scale: ['#fde725', '#b5de2b', '#6ece58', '#35b779', '#1f9e89', '#26828e', '#31688e', '#3e4989', '#482878', '#440154'],
  font: 'sans-serif',
};
