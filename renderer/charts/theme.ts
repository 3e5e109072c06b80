/** The colours a chart may use, resolved from the tokens: canvas cannot read CSS variables. Option builders take them as data. */

export interface ChartTheme {
  readonly isDark: boolean;
  readonly background: string;
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly border: string;
  readonly grid: string;
  readonly controlEdge: string;
  readonly accent: string;
  readonly selected: string;
  readonly danger: string;
  readonly warn: string;
  readonly ok: string;
  /** Eight series colours; take one with `seriesColour`. */
  readonly series: readonly string[];
  /** Ten steps of viridis, from little to much. */
  readonly scale: readonly string[];
  readonly font: string;
}

/** The theme in force on `element`. */
export function readChartTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const border = token('border');
  return {
    isDark: element.ownerDocument.documentElement.dataset['theme'] === 'dark',
    background: token('bg'), surface: token('surface'), text: token('text'), muted: token('muted'),
    border, grid: `${border}99`, controlEdge: token('control-edge'),
    accent: token('accent'), selected: token('selected'), danger: token('danger'), warn: token('warn'), ok: token('ok'),
    series: Array.from({ length: 8 }, (_, index) => token(`series-${index}`)),
    scale: Array.from({ length: 10 }, (_, index) => token(`scale-${index}`)),
    font: token('font'),
  };
}

/** The colour of a run's index; colours repeat after eight. */
export function seriesColour(theme: ChartTheme, index: number): string {
  return theme.series[index % theme.series.length] ?? theme.text;
}

/** The dash of a run's index: solid for the first eight, then dashed, then dotted. */
export function seriesDash(theme: ChartTheme, index: number): 'solid' | 'dashed' | 'dotted' {
  return (['solid', 'dashed', 'dotted'] as const)[Math.floor(index / theme.series.length) % 3] ?? 'solid';
}
