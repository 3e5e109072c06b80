import { describe, expect, it } from 'vitest';
import { classifyFile } from '../../../electron/data/classify.ts';
import { coordinateOf, saidByName, wordsOf } from '../../../electron/data/column-name-words.ts';
import { Measured, type Detection } from '../../../shared/domain/classification.ts';
import type { ColumnType } from '../../../shared/domain/columns.ts';
import { dataFolder, vegaFile } from '../../support/data-files.ts';
import { penguinsPath } from '../../support/penguins.ts';

const folder = dataFolder();

async function classify(text: string, types: Readonly<Record<string, ColumnType>> = {}): Promise<Measured> {
  const { path } = await folder.store(await folder.file('input.csv', text), types);
  return Measured.parse(await classifyFile(folder.duck, { path }));
}

const found = (detections: readonly Detection[]) => detections.map(({ detector, columns }) => `${detector}: ${columns.join(', ')}`);
const csv = (head: string, count: number, row: (index: number) => string): string => `${head}\n${Array.from({ length: count }, (_, index) => row(index)).join('\n')}\n`;

describe('the detectors', () => {
  it('find each kind by its values, and say the share and from where they speak', async () => {
    const { detections } = await classify(csv('a,b,c,d,e,f,g,h,i', 20, (i) => [
      i % 2 ? `person${i}@example.com` : 'see below', 'DE89 3704 0044 0532 0130 00', '4111111111111111', '219-09-9999', 'AB123456C', '47036892816', 'MRTMTT25D09F205Z', '2001:db8::1', `+49 30 23125 0${10 + i}`,
    ].join(',')), { f: 'text', c: 'text' });
    expect(found(detections)).toEqual(['email: a', 'iban: b', 'card: c', 'us-ssn: d', 'uk-nino: e', 'de-tax-id: f', 'it-codice-fiscale: g', 'ip-address: h', 'phone: i']);
    expect(detections[0]).toMatchObject({ matchShare: 0.5, reason: '50 % of the values of “a” have the form of e-mail addresses; said from 1 % on.' });
  });

  it('find card numbers and tax ids that were read as whole numbers', async () => {
    const { detections } = await classify(csv('a,b', 10, () => '5555555555554444,36574261809'), { a: 'integer', b: 'integer' });
    expect(found(detections)).toEqual(['card: a', 'de-tax-id: b']);
  });

  it('say nothing of one e-mail address among hundreds of texts', async () => {
    expect((await classify(csv('note', 400, (i) => (i === 0 ? 'a@example.com' : `text ${i}`)))).detections).toEqual([]);
  });

  it('say nothing of random numbers that pass a check digit now and then', async () => {
    const { detections } = await classify(csv('a,b', 2000, (i) => `${4_000_000_000_000_000 + i * 7_919_131},${10_000_000_000 + i * 104_729_341}`), { a: 'integer', b: 'integer' });
    expect(detections).toEqual([]);
  });

  it('go by the names of columns in five languages', async () => {
    const { detections } = await classify(csv('Vorname,date_naissance,indirizzo,salario,diagnosis,telefono,phone', 4, (i) => `Ada${i},1990-01-0${i + 1},Via ${i},${1000 + i},x${i},030123456${i},Nokia ${i}`), { telefono: 'integer' });
    expect(found(detections)).toEqual(['name: Vorname', 'birth-date: date_naissance', 'address: indirizzo', 'income: salario', 'health: diagnosis', 'phone: telefono']);
  });

  it('find coordinates as pairs within their range, and no other numbers of that name', async () => {
    const { detections } = await classify(csv('from_lat,from_lon,to_lat,to_lon,lon', 5, (i) => `${50 + i}.5,${8 + i}.25,${900 + i}.1,${8 + i}.5,${i}.5`));
    expect(found(detections)).toEqual(['coordinates: from_lat, from_lon']);
  });

  it('find nothing personal in penguins, flights and weather', async () => {
    const tables = [penguinsPath, vegaFile('seattle-weather.csv'), vegaFile('weather.csv'), vegaFile('flights-airport.csv')];
    for (const path of tables) expect([path, (await classifyFile(folder.duck, { path: (await folder.store(path)).path })).detections]).toEqual([path, []]);
    const flights = await classifyFile(folder.duck, { path: vegaFile('flights-3m.parquet') });
    expect([flights.detections, flights.rowCount, flights.seenRowCount]).toEqual([[], 3_000_000, 200_000]);
  });
});

describe('the quality of stored tables', () => {
  it('counts missing values, repeated rows, far outliers, spellings and constant columns', async () => {
    const { quality, seenRowCount } = await classify(csv('n,city,same', 20, (i) => (i === 19 ? '1000,berlin,x' : `${i === 18 ? 17 : i % 19},${i === 0 ? '' : 'Berlin'},x`)));
    expect(seenRowCount).toBe(20);
    const shareOf = Object.fromEntries(quality.parts.map(({ part, share }) => [part, share]));
    // One of 60 cells, one row that is there twice, 1000 beyond 14.25 + 3 x 9.5, one of 19 names, one of 3 columns.
    expect(shareOf['missing']).toBeCloseTo(1 / 60, 12);
    expect(shareOf['duplicates']).toBe(1 / 20);
    expect(shareOf['outliers']).toBe(1 / 20);
    expect(shareOf['forms']).toBeCloseTo(1 / 39, 12);
    expect(shareOf['constant']).toBeCloseTo(1 / 3, 12);
    expect(quality.parts.map(({ part, columns }) => [part, columns.map(({ name }) => name)])).toEqual([['missing', ['city']], ['duplicates', []], ['outliers', ['n']], ['forms', ['city']], ['constant', ['same']]]);
  });

  it('takes NaN, infinity and empty texts for missing, and a table of only missing values is no error', async () => {
    const { quality } = await classify('a,b\nNaN,\ninf,\n1,\n2,\n', { a: 'number', b: 'text' });
    expect(quality.parts[0]?.columns).toEqual([{ name: 'b', share: 1 }, { name: 'a', share: 0.5 }]);
  });

  it('does not change when it is measured again, also on a sample', async () => {
    const measure = () => classifyFile(folder.duck, { path: vegaFile('flights-3m.parquet') });
    expect(await measure()).toEqual(await measure());
  });
});

describe('the name of a column', () => {
  it('is read as words, whatever joins them', () => {
    for (const name of ['birthDate', 'birth_date', 'Birth-Date', 'BIRTH DATE']) expect(wordsOf(name)).toEqual(['birth', 'date']);
    expect(['Straße', 'Année de naissance', 'Längengrad'].map(wordsOf)).toEqual([['strasse'], ['annee', 'de', 'naissance'], ['laengengrad']]);
  });

  it('speaks by whole words only', () => {
    for (const name of ['street_light_count', 'phone_model', 'name', 'weight', 'emailed', 'species', 'sex', 'age', 'carrier', 'station_name']) {
      const said = saidByName(name)?.detector ?? null;
      expect([name, said]).toEqual([name, { street_light_count: 'address', phone_model: 'contact' }[name] ?? null]);
    }
    expect(saidByName('Patient name')).toEqual({ detector: 'name', phrase: 'patient name' });
    expect(coordinateOf('pickup_latitude')).toEqual({ axis: 'latitude', rest: 'pickup' });
    expect(coordinateOf('platitude')).toBe(null);
  });
});
