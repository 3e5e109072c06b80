/** Where the window is: a screen, an id and a query, kept in the address so that back and forward work. */
import { create } from 'zustand';
import type { DatasetId, ModelId, PageId, ReportId, RunId, VersionId } from '../../shared/domain/ids.ts';

export const screens = ['pages', 'datasets', 'import', 'runs', 'train', 'models', 'sql', 'drift', 'new-drift', 'history', 'policies', 'people', 'settings', 'gallery'] as const;
export type Screen = (typeof screens)[number];

export interface Route {
  readonly screen: Screen;
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** The addresses there are; links and commands use these and never write a route by hand. */
export const routes = {
  page: (id: PageId) => route('pages', id),
  pages: () => route('pages'),
  datasets: () => route('datasets'),
  dataset: (id: DatasetId, query: { readonly version?: VersionId; readonly tab?: string; readonly column?: string; readonly before?: VersionId; readonly after?: VersionId } = {}) => route('datasets', id, query),
  import: (query: { readonly dataset?: DatasetId } = {}) => route('import', null, query),
  runs: (query: { readonly select?: string; readonly data?: string } = {}) => route('runs', null, query),
  run: (id: RunId) => route('runs', id),
  /** The form for a new run: on a version, or as a variant of a run. */
  train: (query: { readonly version?: VersionId; readonly from?: RunId } = {}) => route('train', null, query),
  models: () => route('models'),
  model: (id: ModelId, query: { readonly predict?: VersionId } = {}) => route('models', id, query),
  sql: () => route('sql'),
  drift: () => route('drift'),
  report: (id: ReportId) => route('drift', id),
  newDrift: (query: { readonly reference?: VersionId; readonly current?: VersionId } = {}) => route('new-drift', null, query),
  history: (query: { readonly entity?: string } = {}) => route('history', null, query),
  /** Everything that has several versions. */
  conflicts: () => route('history', 'conflicts'),
  policies: () => route('policies'),
  people: () => route('people'),
  settings: (query: { readonly part?: 'diagnostics' } = {}) => route('settings', null, query),
  gallery: () => route('gallery'),
} as const;

function route(screen: Screen, id: string | null = null, query: Readonly<Record<string, string | undefined>> = {}): Route {
  const kept = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { screen, id, query: Object.fromEntries(kept) };
}

/** "#/datasets/ID?tab=rows" */
export function formatRoute({ screen, id, query }: Route): string {
  const search = new URLSearchParams(query).toString();
  return `#/${screen}${id === null ? '' : `/${encodeURIComponent(id)}`}${search ? `?${search}` : ''}`;
}

/** Reads an address; anything unknown is the list of datasets. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name, id] = path.split('/');
  const screen = screens.find((one) => one === name);
  if (!screen) return route('datasets');
  return { screen, id: id ? decodeURIComponent(id) : null, query: Object.fromEntries(new URLSearchParams(search)) };
}

export const useRoute = create<Route>()(() => parseRoute(typeof location === 'undefined' ? '' : location.hash));

/** Goes there; the same place again changes nothing. */
export function navigate(to: Route): void {
  if (formatRoute(to) === formatRoute(useRoute.getState())) return;
  history.pushState(null, '', formatRoute(to));
  useRoute.setState(to, true);
}

/** Changes the address without a step in the history: a tab, a selection. */
export function replaceRoute(to: Route): void {
  history.replaceState(null, '', formatRoute(to));
  useRoute.setState(to, true);
}

/** Changes one part of the query in place; null takes it away. */
export function setQuery(name: string, value: string | null): void {
  const { screen, id, query } = useRoute.getState();
  const { [name]: _, ...rest } = query;
  replaceRoute({ screen, id, query: value === null ? rest : { ...rest, [name]: value } });
}

/** Follows the browser's back and forward; call once. */
export function followHistory(): () => void {
  const listen = () => useRoute.setState(parseRoute(location.hash), true);
  addEventListener('popstate', listen);
  return () => removeEventListener('popstate', listen);
}
