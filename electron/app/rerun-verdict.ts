/** Holds a rerun against its run: the same bits, the same within rounding on other hardware, or where it first differs. */
import { rerunTolerance, type RerunVerdict, type RunEnvironment, type RunResult } from '../../shared/domain/runs.ts';
import { hashFile } from '../files/hashing.ts';
import type { TrainerOutput } from './train-work.ts';

/** The verdict on `again`, a rerun of what gave `before` in `environment`. */
export async function judgeRerun(before: RunResult, environment: RunEnvironment | null, again: TrainerOutput): Promise<RerunVerdict> {
  const differences = await differencesOf(before, again);
  const { difference } = again;
  if (differences.length === 0 && difference === null) return { kind: 'bitwise-equal' };
  const first = difference && { step: difference.step, tensor: difference.tensor };
  const changes = environment === null ? [] : changesOf(environment, again.environment);
  const tolerance = rerunTolerance[again.environment.provider];
  const isSameProgram = again.summary.graphHash === before.graphHash && again.summary.stepCount === before.stepCount;
  // On the same computer the bits must be the same: any difference is a fault, however small.
  if (first && difference && isSameProgram && changes.length > 0 && difference.largest <= tolerance) {
    return { kind: 'within-tolerance', largestDifference: difference.largest, tolerance, environment: changes, first };
  }
  const found = differences.length > 0 ? differences : ['Losses on the way differ.'];
  return { kind: 'different', differences: [...found, ...changes, ...versionChange(environment, again.environment)], ...(first && { first }) };
}

/** Another version of the compiler may write another graph for the same settings. */
function versionChange(before: RunEnvironment | null, now: RunEnvironment): string[] {
  return before === null || before.appVersion === now.appVersion ? [] : [`Assay: ${before.appVersion} before, ${now.appVersion} now.`];
}

async function differencesOf(before: RunResult, { summary, modelPath }: TrainerOutput): Promise<string[]> {
  const differences: string[] = [];
  if (summary.graphHash !== before.graphHash) differences.push('The training graph differs: the compiler or the columns changed.');
  if (summary.weightsHash !== before.weightsHash) differences.push('The weights differ.');
  if ((await hashFile(modelPath)).sha256 !== before.model) differences.push('The exported model differs.');
  for (const part of ['validation', 'test'] as const) {
    for (const [metric, value] of Object.entries(before[part])) {
      const now = summary[part][metric as keyof typeof before.test];
      if (now !== value) differences.push(`${metric} on the ${part} part: ${value} before, ${now} now.`);
    }
  }
  return differences;
}

/** What the numbers of a computation may depend on and is not as it was. */
function changesOf(before: RunEnvironment, now: RunEnvironment): string[] {
  const facts = [['Provider', 'provider'], ['Processor', 'cpu'], ['System', 'platform'], ['ONNX Runtime', 'onnxRuntimeVersion']] as const;
  return facts.flatMap(([word, key]) => (before[key] === now[key] ? [] : [`${word}: ${before[key]} before, ${now[key]} now.`]));
}
