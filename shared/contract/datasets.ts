/** Bringing data in, looking at it, tagging it. */
import { z } from 'zod';
import { ColumnProfile } from '../domain/columns.ts';
import { Dataset, Dialect, ImportPlan, pastedLimit, ProposedTable, Refused, RowWindow, Sniff, Tag } from '../domain/datasets.ts';
import { DatasetId, FileHandle, JobId, VersionId } from '../domain/ids.ts';
import { OverrideReason } from '../domain/policies.ts';
import { RowView } from '../domain/query.ts';
import { BasedOn } from './based-on.ts';
import { channel } from './channel.ts';
import { bytes } from './pages.ts';
import { rowWindow } from './queries.ts';

const nothing = z.object({});

export const datasetChannels = {
  /** Looks at a file as it is, or again after the user has corrected how it is read. */
  'imports.sniff': channel({
    input: z.object({ file: FileHandle, dialect: Dialect.nullable().optional(), table: z.string().max(1000).optional() }),
    output: Sniff,
    writes: false,
  }),
  /** Which tables there are in files and folders of any kind. */
  'imports.survey': channel({
    input: z.object({ files: z.array(FileHandle).min(1).max(10_000) }),
    output: z.object({ tables: z.array(ProposedTable.extend({ file: FileHandle })), refused: z.array(Refused) }),
    writes: false,
  }),
  /** Keeps a pasted text for its import. */
  'imports.paste': channel({ input: z.object({ text: z.string().min(1).max(pastedLimit) }), output: z.object({ file: FileHandle }), writes: false }),
  'imports.start': channel({
    input: z.object({
      file: FileHandle,
      name: z.string().trim().min(1).max(120),
      /** Adds a version to this dataset; null makes a new dataset. */
      datasetId: DatasetId.nullable(),
      /** Null takes the file as it is found. */
      plan: ImportPlan.nullable(),
      override: OverrideReason.nullable().default(null),
    }),
    output: z.object({ jobId: JobId }),
    writes: true,
  }),
  /** Reads the file of a dataset again as it was read before; null takes the file that this computer knows. */
  'imports.update': channel({ input: z.object({ id: DatasetId, file: FileHandle.nullable(), override: OverrideReason.nullable().default(null) }), output: z.object({ jobId: JobId }), writes: true }),
  'datasets.list': channel({ input: nothing, output: z.array(Dataset), writes: false }),
  'datasets.get': channel({ input: z.object({ id: DatasetId }), output: Dataset, writes: false }),
  'datasets.rename': channel({ input: z.object({ id: DatasetId, name: z.string().trim().min(1).max(120), basedOn: BasedOn }), output: nothing, writes: true }),
  'datasets.describe': channel({ input: z.object({ id: DatasetId, description: z.string().max(20_000), basedOn: BasedOn }), output: nothing, writes: true }),
  /** The shared text about the dataset, Markdown, with its merged Yjs state. */
  'datasets.notes': channel({ input: z.object({ id: DatasetId }), output: z.object({ text: z.string(), state: bytes }), writes: false }),
  'datasets.writeNotes': channel({ input: z.object({ id: DatasetId, update: bytes }), output: nothing, writes: true }),
  'datasets.tag': channel({ input: z.object({ id: DatasetId, tag: Tag }), output: nothing, writes: true }),
  'datasets.untag': channel({ input: z.object({ id: DatasetId, tag: Tag }), output: nothing, writes: true }),
  'datasets.remove': channel({ input: z.object({ id: DatasetId }), output: nothing, writes: true }),
  'datasets.restore': channel({ input: z.object({ id: DatasetId }), output: nothing, writes: true }),
  'datasets.rows': channel({
    input: z.object({ versionId: VersionId, view: RowView, ...rowWindow }),
    output: RowWindow,
    writes: false,
  }),
  /** Nobody looks at rows any more: what is being filtered or sorted for them stops. */
  'datasets.leaveRows': channel({ input: z.object({}), output: nothing, writes: false }),
  'datasets.profile': channel({ input: z.object({ versionId: VersionId }), output: z.array(ColumnProfile), writes: false }),
};
