/** What uses a dataset: drift reports, pages, and files that it was exported to. From the index; only reports of earlier releases are opened once. */
import { z } from 'zod';
import { ExportRecord } from '../../shared/domain/dataset-export.ts';
import { PageId, ReportId, VersionId, type DatasetId } from '../../shared/domain/ids.ts';
import type { DatasetUses } from '../../shared/domain/lineage.ts';
import type { Entity } from '../store/store.ts';
import type { AppContext } from './context.ts';
import { getDataset } from './datasets.ts';
import { getReport, versionsOf } from './drift.ts';

/** @throws AppError store/not-found */
export async function usesOf(context: AppContext, id: DatasetId): Promise<DatasetUses> {
  const { store } = context;
  const own = new Set<string>(getDataset(context, id).versions.map((version) => version.id));
  const reports: DatasetUses['reports'] = [];
  for (const report of store.list('report')) {
    const versionIds = await comparedBy(context, report);
    if (versionIds.some((one) => own.has(one))) reports.push({ id: ReportId.parse(report.id), name: String(report.fields['name'] ?? ''), versionIds });
  }
  const blocks = store.list('block', { field: 'content', value: { kind: 'dataset', datasetId: id } });
  const pages = [...new Set(blocks.map(({ fields }) => String(fields['pageId'])))].flatMap((pageId): DatasetUses['pages'] => {
    const page = store.get('page', pageId);
    return page ? [{ id: PageId.parse(page.id), title: String(page.fields['title'] ?? '') }] : [];
  });
  const exports = (store.find(id)?.sets['exports'] ?? []).flatMap((value) => ExportRecord.safeParse(value).data ?? []);
  return { reports, pages, exports: exports.sort((a, b) => a.atMs - b.atMs) };
}

const VersionIds = z.array(VersionId);

/** Of those whose file was opened, by id: a report never changes. */
const opened = new WeakMap<AppContext, Map<string, Promise<VersionId[]>>>();

/** Reports of earlier releases say so only inside of their file, and one whose file is not here says nothing. */
function comparedBy(context: AppContext, { id, fields }: Entity): VersionId[] | Promise<VersionId[]> {
  const said = VersionIds.safeParse(fields['versionIds']);
  if (said.success) return said.data;
  const known = opened.get(context) ?? new Map<string, Promise<VersionId[]>>();
  opened.set(context, known);
  const reading = known.get(id) ?? getReport(context, ReportId.parse(id)).then(({ spec }) => versionsOf(spec), () => {
    // A file sync may still bring it.
    known.delete(id);
    return [];
  });
  known.set(id, reading);
  return reading;
}
