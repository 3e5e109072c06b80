/** A thread of the data process: compares columns for drift while the process itself reads the next ones. */
import { parentPort } from 'node:worker_threads';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { compareWindows, type DataWindow } from '../../../shared/math/drift-report.ts';

interface Comparison {
  readonly reference: readonly ColumnData[];
  readonly windows: readonly DataWindow[];
}

if (!parentPort) throw new Error('this runs as a thread only');
const port = parentPort;
port.on('message', ({ reference, windows }: Comparison) => port.postMessage(compareWindows(reference, windows)));
