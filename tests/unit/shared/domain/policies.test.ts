import { describe, expect, it } from 'vitest';
import { isAbout, PolicyDraft, policySentence, proposedPolicies, type PolicyCondition, type PolicyFacts } from '../../../../shared/domain/policies.ts';

const facts: PolicyFacts = { tags: [{ key: 'sensitivity', value: 'Personal' }, { key: null, value: 'pilot' }], roles: ['id'], quality: 79 };
const about = (...conditions: PolicyCondition[]): boolean => isAbout({ conditions }, facts);
const tag = (key: string | null, value: string, has = true): PolicyCondition => ({ kind: 'tag', tag: { key, value }, has });

describe('a policy', () => {
  it('is about datasets for which every condition holds', () => {
    expect([about(tag('sensitivity', 'personal')), about(tag('sensitivity', 'personal', false)), about(tag(null, 'personal')), about(tag(null, 'pilot'), tag('x', 'y', false))]).toEqual([true, false, false, true]);
    expect([about({ kind: 'quality', below: 80 }), about({ kind: 'quality', below: 79 })]).toEqual([true, false]);
    expect([about({ kind: 'role', role: 'id', has: true }), about({ kind: 'role', role: 'target', has: true }), about({ kind: 'role', role: 'target', has: false })]).toEqual([true, false, true]);
    expect(about(tag('sensitivity', 'personal'), { kind: 'quality', below: 50 })).toBe(false);
  });

  it('says nothing about a quality that is not known', () => {
    expect(isAbout({ conditions: [{ kind: 'quality', below: 100 }] }, { ...facts, quality: null })).toBe(false);
  });

  it('reads as a plain sentence', () => {
    expect(policySentence({ conditions: [tag('sensitivity', 'personal')], actions: ['export'], effect: 'block' })).toBe('Datasets tagged sensitivity: personal must not be exported.');
    expect(policySentence({ conditions: [tag(null, 'pilot', false), { kind: 'quality', below: 80 }, { kind: 'role', role: 'target', has: false }], actions: ['promote', 'import', 'train'], effect: 'warn' }))
      .toBe('Datasets not tagged pilot, of a quality below 80 and without a column of the role target should not take in new versions, train a model or have trained a model that is promoted; a warning says so.');
  });

  it('is offered in forms that can be made as they are', () => {
    expect(proposedPolicies.map((draft) => PolicyDraft.safeParse(draft).success)).toEqual(proposedPolicies.map(() => true));
  });
});
