/** Which component shows which route. Pages load on first use, so the window opens with the frame only. */
import { lazy, type ComponentType, type ReactElement } from 'react';
import { useRoute, type Screen } from '../state/route.ts';
import { Unfinished } from './unfinished.tsx';

/** A screen has a list, a view of one thing, or both. */
interface ScreenParts { readonly list?: ComponentType; readonly one?: ComponentType<{ readonly id: string }>; }

const screenParts: Readonly<Record<Screen, ScreenParts>> = {
  pages: {
    list: lazy(() => import('../pages/pages-page.tsx').then((module) => ({ default: module.PagesPage }))),
    one: lazy(() => import('../pages/page-page.tsx').then((module) => ({ default: module.NotebookPage }))),
  },
  datasets: {
    list: lazy(() => import('../pages/datasets-page.tsx').then((module) => ({ default: module.DatasetsPage }))),
    one: lazy(() => import('../pages/dataset-page.tsx').then((module) => ({ default: module.DatasetPage }))),
  },
  import: { list: lazy(() => import('../pages/import-page.tsx').then((module) => ({ default: module.ImportPage }))) },
  runs: { list: lazy(() => import('../pages/runs-page.tsx').then((module) => ({ default: module.RunsPage }))), one: lazy(() => import('../pages/run-page.tsx').then((module) => ({ default: module.RunPage }))) },
  train: { list: lazy(() => import('../pages/train-page.tsx').then((module) => ({ default: module.TrainPage }))) },
  models: { list: lazy(() => import('../pages/models-page.tsx').then((module) => ({ default: module.ModelsPage }))), one: lazy(() => import('../pages/model-page.tsx').then((module) => ({ default: module.ModelPage }))) },
  sql: { list: lazy(() => import('../pages/sql-page.tsx').then((module) => ({ default: module.SqlPage }))) },
  drift: {
    list: lazy(() => import('../pages/drift-list-page.tsx').then((module) => ({ default: module.DriftListPage }))),
    one: lazy(() => import('../pages/drift-page.tsx').then((module) => ({ default: module.DriftPage }))),
  },
  'new-drift': { list: lazy(() => import('../pages/drift-new-page.tsx').then((module) => ({ default: module.DriftNewPage }))) },
  history: {
    list: lazy(() => import('../pages/history-page.tsx').then((module) => ({ default: module.HistoryPage }))),
    one: lazy(() => import('../pages/conflicts-page.tsx').then((module) => ({ default: module.ConflictsPage }))),
  },
  policies: { list: lazy(() => import('../pages/policies-page.tsx').then((module) => ({ default: module.PoliciesPage }))) },
  people: { list: lazy(() => import('../pages/people-page.tsx').then((module) => ({ default: module.PeoplePage }))) },
  settings: { list: lazy(() => import('../pages/settings-page.tsx').then((module) => ({ default: module.SettingsPage }))) },
  gallery: { list: lazy(() => import('../pages/gallery-page.tsx').then((module) => ({ default: module.GalleryPage }))) },
};

export function CurrentScreen(): ReactElement {
  const { screen, id } = useRoute();
  const parts = screenParts[screen];
  if (id !== null && parts.one) return <parts.one key={id} id={id} />;
  return parts.list ? <parts.list /> : <Unfinished />;
}
