/** What each worker can do: the names, inputs and outputs of its tasks. Paths are absolute; big results are files. */
import type { Measured } from '../../shared/domain/classification.ts';
import type { Column, ColumnProfile } from '../../shared/domain/columns.ts';
import type { ExportOutcome, ExportSettings } from '../../shared/domain/dataset-export.ts';
import type { DatasetFacts } from '../data/croissant.ts';
import type { SourcePath } from '../data/parts.ts';
import type { Survey } from '../data/survey.ts';
import type { QueryRun } from '../data/query.ts';
import type { TableName } from '../data/query-text.ts';
import type { RowView } from '../../shared/domain/query.ts';
import type { Dialect, ImportPlan, RowWindow, Sniff } from '../../shared/domain/datasets.ts';
import type { PixelSettings, ShownImage, UnshownImage } from '../../shared/domain/images.ts';
import type { ModelInspection } from '../../shared/domain/model-inspection.ts';
import type { ColumnNote } from '../../shared/domain/column-notes.ts';
import type { Relations, TargetReport } from '../../shared/domain/relations.ts';
import type { ColumnShares, DriftWindow } from '../../shared/domain/drift.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import type { ColumnChange, DiffView, DiffWindow, ModelEffect } from '../../shared/domain/version-diff.ts';
import type { TableDiff } from '../data/diff.ts';
import type { PredictionPair } from '../data/diff-predictions.ts';
import type { MetricPoint, RunResult } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';

export type { SourcePath, TrainProgress };

/** What `train` reports on its way. */
export type TrainReport = TrainProgress & {
  readonly resources: ResourceSample | null;
  /** Epochs done, with a fraction, where this process went on from; null when it began at the first step. */
  readonly resumedAt: number | null;
};
import type { TrainProgress } from '../infer/progress.ts';
import type { TraceDifference } from '../infer/trace.ts';
import type { ResourceSample } from '../../shared/domain/resources.ts';
import type { ProviderMeasurement } from '../../shared/domain/providers.ts';
import type { ProviderName } from '../../shared/domain/train-config.ts';
import type { ProviderProbe, ProviderSurvey } from '../infer/providers.ts';
import type { Failure } from '../../shared/errors.ts';

interface Task<I, O> {
  input: I;
  output: O;
}

/** A table in the project: the path of its verified Parquet object and its columns. */
export interface TableFile {
  readonly path: string;
  readonly columns: readonly Column[];
}

export interface DriftTaskInput {
  readonly reference: TableFile;
  /** null: the reference table is cut by `cut`. */
  readonly current: TableFile | null;
  readonly currentLabel: string;
  readonly cut: { readonly column: string; readonly period: 'day' | 'week' | 'month' | null; readonly referenceWindows: number } | null;
  /** Columns to compare; null compares all that both tables have. */
  readonly columns: readonly string[] | null;
  /** Columns of the reference that are called otherwise in the current table. */
  readonly renamed?: readonly { readonly before: string; readonly after: string }[];
}

export interface DriftTaskOutput {
  readonly referenceLabel: string;
  readonly referenceRowCount: number;
  readonly windows: DriftWindow[];
  readonly shares: ColumnShares[];
}

/** Two tables with the predictions of a model. */
export interface EffectTaskInput {
  readonly predictions: PredictionPair;
  /** The table of the two that the model was trained on, and how; null where it is neither. */
  readonly trained: { readonly side: 'before' | 'after'; readonly path: string; readonly config: TrainConfig } | null;
}

export interface DataTasks {
  sniff: Task<{ path: SourcePath; dialect?: Dialect | null | undefined; table?: string | undefined }, Sniff>;
  /** Which tables there are in folders and files. */
  survey: Task<{ path: SourcePath }, Survey>;
  /** Writes a pasted text as a file to import. */
  paste: Task<{ text: string; outPath: string }, Record<string, never>>;
  import: Task<{ path: SourcePath; plan: ImportPlan; outPath: string }, { rowCount: number; columns: Column[]; sourceSha256: string; sourceSizeBytes: number; fileName: string; fileCount: number | null; leftOut?: { count: number; files: { name: string; reason: string }[] } }>;
  rows: Task<{ table: TableFile; offset: number; limit: number }, RowWindow>;
  /** How many rows of a view there are, and the first of them. */
  firstRows: Task<{ table: TableFile; view: RowView; categoryOrder?: readonly string[] | null }, RowWindow>;
  /** Writes all rows of a view as a table. */
  writeView: Task<{ table: TableFile; view: RowView; categoryOrder?: readonly string[] | null; outPath: string }, { rowCount: number }>;
  /** The tables that a query names. */
  queryTables: Task<{ sql: string }, TableName[]>;
  /** Runs a query and writes its rows. */
  query: Task<{ sql: string; tables: readonly { name: string; path: string }[]; rowLimit: number | null; outPath: string }, QueryRun>;
  /** Writes the rows of a view to a file of the user's; `partPath` lies beside it. */
  export: Task<{ table: TableFile; view: RowView; categoryOrder: readonly string[] | null; outPath: string; partPath: string; canReplace: boolean; settings: ExportSettings; facts: DatasetFacts }, ExportOutcome>;
  queryFunctions: Task<Record<string, never>, string[]>;
  profile: Task<{ table: TableFile }, ColumnProfile[]>;
  /** What columns have to do with each other, missing values, repeated rows, outliers and texts. */
  relate: Task<{ table: TableFile; profile: readonly ColumnProfile[] }, Relations>;
  /** What a target looks like and what may give it away. */
  target: Task<{ table: TableFile; dataset: string; target: string; profile: readonly ColumnProfile[]; notes: readonly ColumnNote[] }, TargetReport>;
  /** Images of rows, shrunk to be shown. */
  images: Task<{ table: TableFile; column: string; rows: readonly number[]; side: number }, (ShownImage | UnshownImage)[]>;
  /** Writes a table of pixels. */
  pixels: Task<{ table: TableFile; settings: PixelSettings; keep: readonly string[]; outPath: string }, { rowCount: number; columns: Column[] }>;
  /** Kinds of data and quality, of all rows or an even sample. */
  classify: Task<{ table: TableFile }, Measured>;
  drift: Task<DriftTaskInput, DriftTaskOutput>;
  /** What changed between two tables; writes the rows that differ to `outPath`. */
  diff: Task<{ before: string; after: string; labels: { before: string; after: string }; key: readonly string[] | null; outPath: string }, TableDiff>;
  /** A page of what `diff` wrote. */
  diffRows: Task<{ before: string; after: string; rowsPath: string; columns: readonly ColumnChange[]; view: DiffView }, DiffWindow>;
  effect: Task<EffectTaskInput, ModelEffect>;
  /** Checks an .eln archive; keys or fingerprints that the user trusts. */
  verify: Task<{ path: string; trustedKeys: readonly string[] }, VerifyReport>;
  readHistory: Task<{ path: string }, MetricPoint[]>;
  /** Looks into an ONNX file that is to be trained on. */
  inspect: Task<{ path: string }, ModelInspection>;
}

/** A provider's measurement before it is dated. */
export type ProviderCheck = Omit<ProviderMeasurement, 'provider' | 'measuredAtMs'>;

export interface ProviderTasks {
  /** Looks at what is installed. */
  survey: Task<Record<string, never>, ProviderSurvey>;
  /** Tries one provider in its process. */
  probe: Task<{ name: ProviderName }, Omit<ProviderProbe, 'name'>>;
  /** Compares it with the CPU and times it; reports `{ step }`. */
  measure: Task<{ name: ProviderName }, ProviderCheck>;
}

/** What training leaves behind besides files: the run result without the hashes of its objects. */
export type TrainSummary = Omit<RunResult, 'model' | 'modelSizeBytes' | 'history' | 'trace'> & {
  droppedFeatures: string[];
  /** Sentences about how it was trained. */
  notes: string[];
};

/** Where the checkpoints of a run are. */
export interface CheckpointPlace {
  /** On this computer; need not exist. */
  readonly folder: string;
  /** One from elsewhere, used when the folder has none. */
  readonly file: string | null;
  /** Whether a run without a usable checkpoint is refused; else it begins anew. */
  readonly isRequired: boolean;
}

export interface TrainTaskInput {
  readonly table: TableFile;
  /** Hash of the table. */
  readonly dataHash: string;
  readonly config: TrainConfig;
  /** The ONNX file to train on; null for models that start anew. */
  readonly basePath: string | null;
  readonly modelPath: string;
  readonly historyPath: string;
  readonly tracePath: string;
  /** Where encoded rows may be kept that do not fit in memory. */
  readonly scratchPath: string;
  /** Null makes none. */
  readonly checkpoints: CheckpointPlace | null;
  /** Trace of an earlier run to compare with. */
  readonly earlierTracePath: string | null;
}

export interface TrainTaskOutput {
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly failure: Failure | null;
  readonly summary: TrainSummary;
  readonly onnxRuntimeVersion: string;
  /** From the earlier run; null when every bit is the same, or there was none. */
  readonly difference: TraceDifference | null;
}

export interface TrainTasks {
  /** Trains and writes model, history and trace to the given paths. */
  train: Task<TrainTaskInput, TrainTaskOutput>;
  /** Writes `table` with the prediction columns added. */
  predict: Task<{ modelPath: string; table: TableFile; tableName: string; outPath: string; threadCount: number }, { rowCount: number; columns: Column[] }>;
}
