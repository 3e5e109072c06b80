import { describe, expect, it } from 'vitest';
import { searchDatasets } from '../../../../shared/domain/dataset-search.ts';
import { parseTag, type Dataset } from '../../../../shared/domain/datasets.ts';

const dataset = (name: string, rowCount: number, tags: string[], description = ''): Dataset =>
  ({ id: name, name, description, tags: tags.map(parseTag), versions: [{ rowCount, columns: [{ name: 'a', type: 'text' }] }] }) as unknown as Dataset;
const all = [
  dataset('flights', 3000, ['source: Sensor 4', 'quality: 92']),
  dataset('penguins', 344, ['source: Palmer', 'quality: 71', 'pilot'], 'Birds of the Antarctic'),
  dataset('weather', 1461, ['sensitivity: personal']),
];
const found = (text: string): string[] => searchDatasets(all, text).map(({ name }) => name);

describe('a search', () => {
  it('without words finds everything', () => {
    expect([found(''), found('  '), found('-')].map(({ length }) => length)).toEqual([3, 3, 0]);
  });

  it('goes by words of the name, the description and the tags', () => {
    expect(found('BIRDS palmer')).toEqual(['penguins']);
    expect(found('-birds')).toEqual(['flights', 'weather']);
    expect(found('"of the antarctic"')).toEqual(['penguins']);
  });

  it('goes by tags with their key and the beginning of the value', () => {
    expect(found('source:pal')).toEqual(['penguins']);
    expect(found('source:"sensor 4"')).toEqual(['flights']);
    expect(found('-source:palmer')).toEqual(['flights', 'weather']);
    expect(found('sensitivity:personal -pilot')).toEqual(['weather']);
    expect(found('source:lmer')).toEqual([]);
  });

  it('compares numbers of tags, rows, columns and versions; what has no number is neither less nor more', () => {
    expect(found('quality<80')).toEqual(['penguins']);
    expect(found('quality>=71')).toEqual(['flights', 'penguins']);
    expect(found('-quality<80')).toEqual(['flights', 'weather']);
    expect(found('quality=92')).toEqual(['flights']);
    expect(found('rows>1000')).toEqual(['flights', 'weather']);
    expect(found('rows<=344 columns=1 versions<2')).toEqual(['penguins']);
    expect(found('sensitivity>1')).toEqual([]);
  });

  it('takes what is no comparison for a word', () => {
    expect(found('quality<low')).toEqual([]);
    expect(found(':x')).toEqual([]);
    expect(found('constructor:x __proto__<1 "')).toEqual([]);
  });
});
