/** Predicting with a model: choosing a file, starting, and the datasets that came of it. */
import type { ChosenFile } from '../../shared/contract/shell.ts';
import type { Dataset } from '../../shared/domain/datasets.ts';
import type { ModelId, VersionId } from '../../shared/domain/ids.ts';
import type { Model } from '../../shared/domain/models.ts';
import { call } from '../api.ts';

export type PredictionInput =
  | { readonly kind: 'version'; readonly versionId: VersionId }
  | { readonly kind: 'file'; readonly file: ChosenFile };

/** Asks for a file; null when the person cancelled. */
export async function choosePredictionFile(): Promise<ChosenFile | null> {
  const [file] = await call('shell.chooseFiles', { purpose: 'predict' });
  return file ?? null;
}

export function startPrediction(modelId: ModelId, input: PredictionInput, name: string) {
  const data = input.kind === 'version' ? input : { kind: 'file' as const, file: input.file.handle };
  return call('models.predict', { modelId, data, name });
}

/** Datasets that this model's run predicted, newest first. */
export function predictionsOf(model: Model, datasets: readonly Dataset[]): readonly Dataset[] {
  return datasets
    .filter((dataset) => dataset.versions.some(({ source }) => source.kind === 'prediction' && source.runId === model.runId))
    .sort((a, b) => (b.versions.at(-1)?.createdAtMs ?? 0) - (a.versions.at(-1)?.createdAtMs ?? 0));
}

/** What a version lacks for the model: columns that are missing, or of a type the model cannot take. */
export function missingFor(model: Model, columns: readonly { readonly name: string; readonly type: string }[]): readonly string[] {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  return model.inputs.flatMap((input) => {
    const found = types.get(input.name);
    if (found === undefined) return [`The column "${input.name}" is missing.`];
    return isNumeric(found) === isNumeric(input.type) ? [] : [`The column "${input.name}" is of type ${found}; the model needs ${input.type}.`];
  });
}

function isNumeric(type: string): boolean {
  return type === 'integer' || type === 'number' || type === 'date' || type === 'timestamp';
}
