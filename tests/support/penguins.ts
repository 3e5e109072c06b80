/** The penguins of the sample data, for tests that need real rows. */
import { join } from 'node:path';

export const penguinsPath: string = join(import.meta.dirname, '../../resources/sample/penguins.csv');
