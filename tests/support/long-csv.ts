/** A CSV file of any length with three columns, for tests that cut work off in its middle. */
import { open } from 'node:fs/promises';

const rowsAtOnce = 50_000;

export async function writeRows(file: string, rowCount: number): Promise<void> {
  const handle = await open(file, 'w');
  await handle.write('id,value,group\n');
  for (let row = 0; row < rowCount; row += rowsAtOnce) {
    await handle.write(Array.from({ length: rowsAtOnce }, (_, i) => `${row + i},${(row + i) * 0.37},g${i % 7}\n`).join(''));
  }
  await handle.close();
}
