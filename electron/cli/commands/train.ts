/** assay train, rerun, runs, register, predict. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { VersionId } from '../../../shared/domain/ids.ts';
import type { ModelInspection } from '../../../shared/domain/model-inspection.ts';
import { type Run } from '../../../shared/domain/runs.ts';
import { verdictWords } from '../../../shared/domain/rerun-words.ts';
import { modelKinds, TrainConfig } from '../../../shared/domain/train-config.ts';
import { trainFileSchema, type TrainFile } from '../../../shared/domain/train-file.ts';
import { fail, toFailure } from '../../../shared/errors.ts';
import { getDataset } from '../../app/datasets.ts';
import { importModel, registerModel, startPrediction } from '../../app/models.ts';
import { getRun, listRuns } from '../../app/runs.ts';
import { suggestConfig } from '../../app/suggest.ts';
import { parseTrainFile } from '../../app/train-file.ts';
import { startRerun } from '../../app/training.ts';
import { trainUnderPolicies } from '../../app/under-policies.ts';
import type { AppContext } from '../../app/context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findModel, findRun, findVersion } from '../find.ts';
import { command, nameFrom, outputOf, sessionOf, toList, toNumber, type CommonOptions } from '../options.ts';
import { counted, number, printResult, printWarnings, table } from '../print.ts';
import { withProject } from '../session.ts';

interface TrainOptions extends CommonOptions {
  readonly target?: string;
  readonly name?: string;
  readonly features?: string[];
  readonly task?: 'classification' | 'regression';
  readonly model?: string;
  readonly onnx?: string;
  readonly freeze?: string;
  readonly keepHead?: boolean;
  readonly split?: 'random' | 'stratified' | 'time';
  readonly time?: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly rate?: number;
  readonly l2?: number;
  readonly balanced?: boolean;
  readonly threads?: number;
  readonly override?: string;
}

export function trainCommands(program: Command): void {
  command(program, 'train <dataset>', 'Train a model on a dataset, or as a YAML or JSON file says; what is not given is chosen to suit the data')
    .option('--target <column>', 'the column to predict; a file has its own')
    .option('--name <name>', 'a name for the run')
    .option('--features <columns>', 'comma-separated; all usable columns by default', toList)
    .option('--task <task>', 'classification or regression')
    .option('--model <model>', `a kind (${modelKinds.filter((kind) => kind !== 'imported').join(', ')}), or hidden layers such as "64,64"`)
    .option('--onnx <file>', 'train on a model of a file')
    .option('--freeze <layer>', 'with --onnx: layers up to this one keep their weights; "assay inspect" lists them')
    .option('--keep-head', 'with --onnx: keep its last layer instead of a new one')
    .option('--split <kind>', 'random, stratified or time')
    .option('--time <column>', 'the column that orders rows for --split time')
    .option('--seed <n>', 'seed of all randomness', toNumber)
    .option('--epochs <n>', 'at most this many epochs', toNumber)
    .option('--batch <n>', 'rows per step', toNumber)
    .option('--rate <x>', 'learning rate', toNumber)
    .option('--l2 <x>', 'L2 penalty', toNumber)
    .option('--balanced', 'weigh classes by their inverse frequency')
    .option('--threads <n>', 'threads of ONNX Runtime; part of the result', toNumber)
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .action(train);

  command(program, 'inspect <file>', 'Show the layers of an ONNX file, and which of them can be trained on')
    .action((path: string, options: CommonOptions) => withProject(sessionOf(options), async (context) => {
      const inspection = await context.importer.run('inspect', { path: resolve(path) });
      printResult(outputOf(options), inspection, () => describeModel(inspection));
    }));

  command(program, 'rerun <run>', 'Train a run again from its record and compare it bit for bit')
    .option('--verify', 'compare with the record; this is always done')
    .action((reference: string, options: CommonOptions) => withProject(sessionOf(options), async (context) => {
      const run = findRun(context, reference);
      const verdict = await startRerun(context, run.id).finished;
      if (verdict.kind === 'different') process.exitCode = exitCodes.findings;
      printResult(outputOf(options), verdict, () => {
        const { title, sentences } = verdictWords(verdict);
        return [`${run.label}: ${title.toLowerCase()}`, ...(verdict.kind === 'bitwise-equal' ? [] : sentences)].join('\n');
      });
    }));

  program.command('schema').description('Print the JSON Schema of training files').action(() => {
    process.stdout.write(`${JSON.stringify(trainFileSchema(), null, 2)}\n`);
  });

  command(program, 'runs', 'List the runs')
    .action((options: CommonOptions) => withProject(sessionOf(options), (context) => {
      const runs = listRuns(context);
      printResult(outputOf(options), runs, () => table(['Run', 'Name', 'Status', 'Data', 'Log loss', 'Accuracy', 'ROC AUC', 'RMSE', 'R2', 'Parameters', 'Seconds'], runs.map((run) => {
        const test = run.result?.test ?? {};
        return [
          run.label, run.name, run.status, `${run.datasetName} v${run.versionNumber}`, test.logLoss ?? null, test.accuracy ?? null, test.rocAuc ?? null,
          test.rmse ?? null, test.r2 ?? null, run.result?.parameterCount ?? null, run.endedAtMs === null ? null : (run.endedAtMs - run.startedAtMs) / 1000,
        ];
      })));
    }));

  command(program, 'register <run> <name>', 'Register the model of a run under a name')
    .action((reference: string, name: string, options: CommonOptions) => withProject(sessionOf(options), (context) => {
      const { id } = registerModel(context, findRun(context, reference).id, nameFrom(name));
      printResult(outputOf(options), { id, name }, () => `Registered ${name}`);
    }));

  command(program, 'predict <model> <data>', 'Predict with a registered model for every row of a file or a dataset')
    .option('--name <name>', 'name of the dataset that is made')
    .action((reference: string, data: string, options: CommonOptions & { name?: string }) => withProject(sessionOf(options), async (context) => {
      const model = findModel(context, reference);
      const source = existsSync(data) ? { kind: 'path' as const, path: resolve(data) } : { kind: 'version' as const, versionId: findVersion(context, data).version.id };
      const { datasetId, finished } = startPrediction(context, { modelId: model.id, data: source, name: nameFrom(options.name ?? `${basename(data)}, predicted by ${model.name}`) });
      const { rowCount } = await finished;
      const dataset = getDataset(context, datasetId);
      printResult(outputOf(options), { datasetId, rowCount, dataset }, () => `Predicted ${counted(rowCount, 'row')} into "${dataset.name}"`);
    }));
}

async function train(reference: string, options: TrainOptions): Promise<void> {
  mustFit(reference, options);
  await withProject(sessionOf(options), async (context) => {
    const request = isTrainFile(reference) ? await fromFile(context, reference, options) : await fromOptions(context, reference, options);
    const name = options.name === undefined ? request.name : nameFrom(options.name);
    const { runId, finished, warnings } = await trainUnderPolicies(context, { config: request.config, name }, options.override ?? null);
    printWarnings(warnings);
    await finished.catch((thrown: unknown) => {
      if (toFailure(thrown).code !== 'job/cancelled' || !getRun(context.store, runId).result) throw thrown;
      process.exitCode = exitCodes.cancelled; // what it had reached is kept, and shown
    });
    const run = getRun(context.store, runId);
    printResult(outputOf(options), run, () => describeRun(run));
  });
}

interface TrainRequest {
  readonly config: TrainConfig;
  readonly name: string;
}

function isTrainFile(reference: string): boolean {
  return /\.(ya?ml|json)$/i.test(reference);
}

/** @throws AppError cli/usage for options that would say nothing, or what the file says. */
function mustFit(reference: string, { target, model, onnx, freeze, keepHead }: TrainOptions): void {
  const refuse = (message: string): Error => fail('cli/usage', { message });
  if (isTrainFile(reference)) {
    if (Object.values({ target, model, onnx, freeze, keepHead }).some((each) => each !== undefined)) throw refuse('The file says the target and the model; leave out --target, --model, --onnx, --freeze and --keep-head.');
    return;
  }
  if (target === undefined) throw refuse('Name the column to predict with --target.');
  if (onnx === undefined && (freeze !== undefined || keepHead !== undefined)) throw refuse('The options --freeze and --keep-head need --onnx.');
  if (onnx !== undefined && model !== undefined) throw refuse('Give either --model or --onnx.');
}

async function fromFile(context: AppContext, path: string, options: TrainOptions): Promise<TrainRequest> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fail((cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'files/not-found' : 'files/no-access', { path, reason: String(cause) }, cause);
  });
  const { dataset, name, ...settings } = parseTrainFile(text, basename(path));
  const { version } = findVersion(context, dataset);
  const config = parseConfig({ ...(await startOf(context, version.id, settings)), ...settings });
  return { config: configFrom(config, options), name: name ?? '' };
}

/** What suits the dataset. A file that says what its model takes may have a kind that nobody would choose for the dataset. */
async function startOf(context: AppContext, versionId: VersionId, { target, model, features }: Pick<TrainFile, 'target' | 'model' | 'features'>): Promise<TrainConfig> {
  try {
    return await suggestConfig(context, versionId, target, model?.kind ?? null);
  } catch (thrown) {
    if (features === undefined || toFailure(thrown).code !== 'train/kind-unfit') throw thrown;
    return suggestConfig(context, versionId, target);
  }
}

async function fromOptions(context: AppContext, reference: string, options: TrainOptions): Promise<TrainRequest> {
  const { version } = findVersion(context, reference);
  const kind = options.onnx !== undefined ? 'imported' : (modelKinds.find((each) => each === options.model) ?? null);
  const suggested = configFrom(await suggestConfig(context, version.id, options.target as string, kind), options);
  if (options.onnx === undefined) return { config: suggested, name: '' };
  const { object, fileName } = await importModel(context, resolve(options.onnx));
  const model = { kind: 'imported', model: object, fileName, freezeUpTo: options.freeze ?? null, replaceHead: options.keepHead !== true };
  return { config: parseConfig({ ...suggested, model }), name: '' };
}

function configFrom(suggested: TrainConfig, options: TrainOptions): TrainConfig {
  const isKind = modelKinds.some((kind) => kind === options.model);
  return parseConfig({
    ...suggested,
    ...(options.task && { task: options.task }),
    ...(options.features && { features: options.features }),
    ...(options.model && !isKind && { model: { kind: 'mlp', hidden: toList(options.model).map(Number) } }),
    ...((options.split || options.time) && { split: { ...suggested.split, kind: options.split ?? 'time', timeColumn: options.time ?? null } }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.epochs !== undefined && { maxEpochs: options.epochs }),
    ...(options.batch !== undefined && { batchSize: options.batch }),
    ...(options.rate !== undefined && { learningRate: options.rate }),
    ...(options.l2 !== undefined && { l2: options.l2 }),
    ...(options.balanced && { classWeights: 'balanced' }),
    ...(options.threads !== undefined && { threadCount: options.threads }),
  });
}

function parseConfig(settings: unknown): TrainConfig {
  const parsed = TrainConfig.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw fail('cli/usage', { message: `The setting ${issue?.path.join('.') ?? ''} is wrong: ${issue?.message ?? ''}.` });
}

function describeModel({ producer, opset, inputs, layers, warnings, problem }: ModelInspection): string {
  const ports = inputs.map(({ name, type, shape }) => `${name} ${type} [${shape?.join(', ') ?? '?'}]`).join(', ');
  return [
    `${producer || 'Unknown program'}, opset ${opset}, takes ${ports}`,
    table(['Layer', 'Operators', 'Parameters', 'Can be trained'], layers.map(({ name, operators, parameterCount, canTrain, reason }) =>
      [name, operators.join(' '), parameterCount, canTrain ? 'yes' : (reason ?? 'no')])),
    ...warnings, ...(problem === null ? [] : [problem]),
  ].join('\n');
}

function describeRun({ label, name, status, result }: Run): string {
  if (!result) return `${label} ${name}: no result`;
  const scores = Object.entries(result.test).map(([metric, value]) => `${metric} ${value === null ? 'undefined' : number(value)}`);
  return [
    ...(status === 'cancelled' ? ['Cancelled; what it had reached is kept:'] : []),
    `${label} ${name}: ${scores.join(', ')} on ${counted(result.rowCounts.test, 'test row')}`,
    `${number(result.parameterCount)} parameters, best of ${result.epochCount} epochs was ${result.bestEpoch}, ${number(Math.round(result.samplesPerSecond))} rows/s`,
  ].join('\n');
}
