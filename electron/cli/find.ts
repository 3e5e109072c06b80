/** Finds what the user named on the command line: by id, by name, or by label. */
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { Model } from '../../shared/domain/models.ts';
import type { Run } from '../../shared/domain/runs.ts';
import { fail } from '../../shared/errors.ts';
import type { AppContext } from '../app/context.ts';
import { listDatasets } from '../app/datasets.ts';
import { listModels } from '../app/models.ts';
import { listRuns } from '../app/runs.ts';

/** "penguins" (its latest version), "penguins@2", or an id. @throws AppError cli/usage */
export function findVersion(context: AppContext, reference: string): { dataset: Dataset; version: DatasetVersion } {
  const at = reference.lastIndexOf('@');
  const number = at > 0 ? Number(reference.slice(at + 1)) : NaN;
  const dataset = findDataset(context, Number.isInteger(number) ? reference.slice(0, at) : reference);
  const version = Number.isInteger(number) ? dataset.versions.find((each) => each.number === number) : dataset.versions.at(-1);
  if (!version) throw fail('cli/usage', { message: `${dataset.name} has no version ${number}.` });
  return { dataset, version };
}

export function findDataset(context: AppContext, reference: string): Dataset {
  return only('dataset', reference, listDatasets(context), ({ id, name }) => id === reference || name === reference, ({ name }) => name);
}

/** "R3" or an id. */
export function findRun(context: AppContext, reference: string): Run {
  return only('run', reference, listRuns(context), ({ id, label }) => id === reference || label === reference, ({ label }) => label);
}

export function findModel(context: AppContext, reference: string): Model {
  return only('model', reference, listModels(context), ({ id, name }) => id === reference || name === reference, ({ name }) => name);
}

/** The id of the dataset, run, model, page or report that has this id, name, label or title; the latest that has it. */
export function findAnything(context: AppContext, reference: string): string {
  if (context.store.find(reference)) return reference;
  const all = ['dataset', 'run', 'model', 'page', 'report'].flatMap((type) => context.store.list(type));
  const found = all.findLast(({ fields }) => ['label', 'name', 'title'].some((field) => fields[field] === reference));
  if (found) return found.id;
  throw fail('cli/usage', { message: `There is no dataset, run, model, page or drift report "${reference}".` });
}

/** The latest of those that match: a name given twice means its newest bearer. */
function only<T>(word: string, reference: string, all: readonly T[], matches: (each: T) => boolean, nameOf: (each: T) => string): T {
  const found = all.findLast(matches);
  if (found) return found;
  const known = all.length === 0 ? `there is no ${word} yet` : `there are: ${all.map(nameOf).join(', ')}`;
  throw fail('cli/usage', { message: `There is no ${word} "${reference}"; ${known}.` });
}
