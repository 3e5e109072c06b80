import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { suggestConfig } from '../../../electron/app/suggest.ts';
import { parseTrainFile, trainFileOf } from '../../../electron/app/train-file.ts';
import { trainFileSchema } from '../../../shared/domain/train-file.ts';
import { aProject, importText } from '../../support/project.ts';

const parse = (text: string) => parseTrainFile(text, 'run.yaml');

describe('a training file', () => {
  it('reads YAML and JSON alike', () => {
    const yaml = parse('dataset: penguins\ntarget: species\nmodel: { kind: mlp, hidden: [16] }\noptimizer:\n  kind: sgd\n');
    const json = parse('{"dataset":"penguins","target":"species","model":{"kind":"mlp","hidden":[16]},"optimizer":{"kind":"sgd"}}');
    expect(yaml).toEqual(json);
    expect(yaml).toMatchObject({ model: { hidden: [16], activation: 'relu', dropout: 0 }, optimizer: { kind: 'sgd', momentum: 0.9 } });
    expect(yaml.maxEpochs).toBeUndefined();
  });

  it('names file, line and field of what is wrong', () => {
    expect(() => parse('dataset: d\ntarget: t\nmodel:\n  kind: mlp\n  hidden: [0]\n')).toThrow(/^run\.yaml, line 5: model\.hidden\.0: /);
    expect(() => parse('dataset: d\ntarget: t\nlearningrate: 1\n')).toThrow(/line 3: .*learningrate/);
    expect(() => parse('dataset: d\ntarget: t\noptimizer: { kind: adagrad }\n')).toThrow(/line 3: optimizer/);
    expect(() => parse('dataset: d\n')).toThrow(/target/);
    expect(() => parse('dataset: "d\n')).toThrow(/line \d+: /);
    expect(() => parse('')).toThrow(/run\.yaml, line 1/);
    expect(() => parse('- a\n- b\n')).toThrow(/run\.yaml, line 1/);
  });

  it('has a published schema that is the one of this version', () => {
    const published = JSON.parse(readFileSync(new URL('../../../resources/train.schema.json', import.meta.url), 'utf8')) as unknown;
    // Made by: npm run --silent cli -- schema > resources/train.schema.json
    expect(published).toEqual(JSON.parse(JSON.stringify(trainFileSchema())));
  });

  it('says of a configuration what it was read from', async () => {
    const project = await aProject();
    const { versionId } = await importText(project, 'd.csv', 'a,b,y\n1,2,u\n2,3,v\n3,4,u\n4,1,v\n');
    const config = await suggestConfig(project.context, versionId, 'y');
    const { dataset, name: _name, ...settings } = parse(trainFileOf(project.context, config));
    expect({ ...settings, versionId }).toEqual(config);
    expect(dataset).toMatch(/@1$/);
  });
});
