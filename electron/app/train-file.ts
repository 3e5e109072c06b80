/** Reads and writes training runs as YAML (of which JSON is a part), with errors that name the line and the field. */
import { LineCounter, parseDocument, stringify, type Document } from 'yaml';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { TrainFile } from '../../shared/domain/train-file.ts';
import { fail } from '../../shared/errors.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion } from './datasets.ts';

/** Longer files are no configuration. */
const maxLength = 1_000_000;

/** @throws AppError train/bad-file with file, line and field. */
export function parseTrainFile(text: string, fileName: string): TrainFile {
  if (text.length > maxLength) throw fail('train/bad-file', { file: fileName, line: 1, problem: `it has ${text.length} characters` });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw fail('train/bad-file', { file: fileName, line: lines.linePos(error.pos[0]).line, problem: error.message });
  const parsed = TrainFile.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [...(issue?.path ?? [])].map(String);
  // A field that should not be there is named in the issue; its own place is where to look.
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw fail('train/bad-file', {
    file: fileName, line: lineOf(document, lines, extra === undefined ? path : [...path, extra]),
    problem: `${path.join('.') || 'the file'}: ${issue?.message ?? 'not a configuration'}`,
  });
}

/** The configuration as a file that trains the same on this version of its dataset. @throws AppError */
export function trainFileOf(context: AppContext, { versionId, ...settings }: TrainConfig): string {
  const { datasetId, number } = getVersion(context.store, versionId);
  const { name } = getDataset(context, datasetId);
  return stringify({ dataset: `${name}@${number}`, ...settings }, { flowCollectionPadding: true, lineWidth: 120 });
}

/** The line of the innermost part of `path` that the file has. */
function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly [number, number, number] | null } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
