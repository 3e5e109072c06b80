/** What a project knows of a dataset, for tests of exports. */
import type { DatasetFacts } from '../../electron/data/croissant.ts';

export const someFacts: DatasetFacts = {
  name: 'Birds', description: '', tags: [], versionNumber: 1, createdBy: 'Ana', createdAtMs: Date.UTC(2026, 4, 3), exportedAtMs: Date.UTC(2026, 4, 4),
  origin: 'Imported from birds.csv', columnNotes: [],
};
