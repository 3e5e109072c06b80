/**
 * A DuckDB for thousands of small files: one database whose connections may read and write one folder, where the product
 * makes a database for each operation (20 ms). All else is the product's.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import type { Duck } from '../../electron/data/duck.ts';
import { sessionOf } from '../../electron/data/duck.ts';
import { literalList } from '../../electron/data/sql.ts';

export async function roomyDuck(folder: string): Promise<Duck> {
  const memoryLimitMb = 1500;
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: `${memoryLimitMb}MB`, temp_directory: folder, threads: '1', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
  const first = await instance.connect();
  await first.run(`SET allowed_directories = ${literalList([folder])}`);
  await first.run('SET preserve_insertion_order = true');
  await first.run("SET GLOBAL TimeZone = 'UTC'");
  await first.run('SET enable_external_access = false');
  return {
    tempDir: folder,
    memoryLimitMb,
    session: async (_access, work) => {
      const connection = await instance.connect();
      try {
        return await work(sessionOf(connection));
      } finally {
        connection.closeSync();
      }
    },
  };
}
