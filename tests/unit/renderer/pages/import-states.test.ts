/** How far the import of one of several tables is. */
import { expect, test } from 'vitest';
import { importStateOf } from '../../../../renderer/pages/import-states.ts';
import type { DatasetId, JobId } from '../../../../shared/domain/ids.ts';
import type { Job } from '../../../../shared/domain/jobs.ts';

const job = (part: Partial<Job>): Job => ({
  id: 'j' as JobId, kind: 'import', title: 'Import a', seq: 1, status: 'running', done: 0, total: null, unit: 'rows', step: '', startedAtMs: 0, endedAtMs: null, subject: { datasetId: 'd' }, outcome: null, error: null, ...part,
});

test('a table is new, waits, runs with its share, and ends with a dataset or a reason', () => {
  expect(importStateOf(null, false, null)).toEqual({ status: 'new', word: '' });
  expect(importStateOf(null, true, null).status).toBe('waiting');
  expect(importStateOf(job({ status: 'queued' }), true, null).status).toBe('waiting');
  expect(importStateOf(job({}), true, null)).toEqual({ status: 'running', word: 'Starting' });
  expect(importStateOf(job({ step: 'Reading', done: 3, total: 12 }), true, null)).toEqual({ status: 'running', word: 'Reading 25 %' });
  expect(importStateOf(job({ status: 'failed', error: { code: 'x', what: 'It broke.', fix: '', details: {} } }), true, null)).toEqual({ status: 'failed', word: 'Failed', reason: 'It broke.' });
  expect(importStateOf(job({ status: 'cancelled' }), true, null).status).toBe('cancelled');
  expect(importStateOf(job({ status: 'done' }), true, null)).toEqual({ status: 'done', word: 'Imported', datasetId: 'd' });
});

test('a table that was imported by hand is done, whatever was tried before', () => {
  expect(importStateOf(job({ status: 'failed' }), true, 'e' as DatasetId)).toEqual({ status: 'done', word: 'Imported', datasetId: 'e' });
});
