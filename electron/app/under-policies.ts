/**
 * What people ask for, and the policies may forbid: taking data in, training, exporting, promoting. The window and the
 * command line come through here; the work itself is that of the modules named.
 */
import type { JobId, RunId } from '../../shared/domain/ids.ts';
import type { PolicyFinding } from '../../shared/domain/policies.ts';
import { startExport } from './archive.ts';
import type { AppContext } from './context.ts';
import { exportedVersions, startDataExport, type ExportRequest } from './exports.ts';
import { startPixels, type PixelsRequest } from './images.ts';
import { startImport, type ImportOutcome, type ImportRequest } from './imports.ts';
import { setStage } from './models.ts';
import { obeyPolicies } from './policies.ts';
import { startSaveResult, type SaveResultRequest } from './queries.ts';
import { startTraining } from './training.ts';

interface Obeyed { readonly warnings: readonly PolicyFinding[]; }
type Reason = string | null;

/** @throws AppError policy/blocked, and what `startImport` throws */
export async function importUnderPolicies(context: AppContext, request: ImportRequest, reason: Reason): Promise<Obeyed & { jobId: JobId; finished: Promise<ImportOutcome> }> {
  const warnings = await obeyPolicies(context, { action: 'import', datasetId: request.datasetId }, reason);
  return { ...startImport(context, request), warnings };
}

/** The rows of a query taken in as a version. @throws AppError policy/blocked, and what `startSaveResult` throws */
export async function saveUnderPolicies(context: AppContext, request: SaveResultRequest, reason: Reason): Promise<Obeyed & ReturnType<typeof startSaveResult>> {
  const warnings = await obeyPolicies(context, { action: 'import', datasetId: request.datasetId }, reason);
  return { ...startSaveResult(context, request), warnings };
}

/** Images taken in again as pixels. @throws AppError policy/blocked, and what `startPixels` throws */
export async function pixelsUnderPolicies(context: AppContext, request: PixelsRequest, reason: Reason): Promise<Obeyed & ReturnType<typeof startPixels>> {
  const warnings = await obeyPolicies(context, { action: 'import', datasetId: null }, reason);
  return { ...startPixels(context, request), warnings };
}

/** @throws AppError policy/blocked, and what `startTraining` throws */
export async function trainUnderPolicies(context: AppContext, request: Parameters<typeof startTraining>[1], reason: Reason): Promise<Obeyed & { jobId: JobId; runId: RunId; finished: Promise<void> }> {
  const warnings = await obeyPolicies(context, { action: 'train', versionId: request.config.versionId }, reason);
  return { ...startTraining(context, request), warnings };
}

/** @throws AppError policy/blocked */
export async function exportUnderPolicies(context: AppContext, targetPath: string, reason: Reason): Promise<Obeyed & ReturnType<typeof startExport>> {
  const warnings = await obeyPolicies(context, { action: 'export' }, reason);
  return { ...startExport(context, targetPath), warnings };
}

/** A version, or the rows of a query over versions. @throws AppError policy/blocked, store/not-found */
export async function exportDataUnderPolicies(context: AppContext, request: ExportRequest, reason: Reason): Promise<Obeyed & ReturnType<typeof startDataExport>> {
  const warnings = await obeyPolicies(context, { action: 'export', versionIds: exportedVersions(context, request.subject) }, reason);
  return { ...startDataExport(context, request, reason), warnings };
}

/** A model for use is promoted; the other stages are open to all. @throws AppError policy/blocked, store/not-found */
export async function stageUnderPolicies(context: AppContext, { id, stage, why }: { id: Parameters<typeof setStage>[1]; stage: Parameters<typeof setStage>[2]; why: string }, reason: Reason): Promise<Obeyed> {
  const warnings = stage === 'production' ? await obeyPolicies(context, { action: 'promote', modelId: id }, reason) : [];
  setStage(context, id, stage, why);
  return { warnings };
}
