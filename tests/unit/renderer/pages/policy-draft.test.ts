import { expect, test } from 'vitest';
import { conditionOf, policyChange, policyProblem, textOfCondition, todaySentence } from '../../../../renderer/pages/policy-draft.ts';
import type { PolicyCondition, PolicyDraft } from '../../../../shared/domain/policies.ts';

const draft: PolicyDraft = { name: 'x', message: '', effect: 'block', actions: ['export'], conditions: [{ kind: 'quality', below: 80 }], isActive: true };

test('a condition reads back as it was written', () => {
  const conditions: PolicyCondition[] = [
    { kind: 'tag', tag: { key: 'sensitivity', value: 'personal' }, has: true }, { kind: 'tag', tag: { key: null, value: 'pilot' }, has: false },
    { kind: 'quality', below: 80 }, { kind: 'role', role: 'target', has: true }, { kind: 'role', role: 'id', has: false },
  ];
  expect(conditions.map((condition) => conditionOf(textOfCondition(condition)))).toEqual(conditions);
});

test('what is no tag, number or role yet is no condition', () => {
  expect([
    conditionOf({ kind: 'tag', text: 'source: ' }), conditionOf({ kind: 'quality', text: '' }), conditionOf({ kind: 'quality', text: '101' }), conditionOf({ kind: 'quality', text: '7.5' }), conditionOf({ kind: 'role', text: 'king' }),
  ]).toEqual([null, null, null, null, null]);
});

test('what stands in the way of keeping a policy is said, one thing at a time', () => {
  expect(policyProblem(draft, [{ kind: 'quality', text: '80' }])).toBe(null);
  expect(policyProblem(draft, [{ kind: 'quality', text: 'x' }])).toContain('from 1 to 100');
  expect(policyProblem(draft, [{ kind: 'not-role', text: '' }])).toBe('Choose a role.');
  expect(policyProblem(draft, [{ kind: 'tag', text: '' }])).toContain('Name the tag');
  expect(policyProblem({ ...draft, actions: [] }, [])).toContain('at least one');
  expect(policyProblem({ ...draft, name: ' ' }, [])).toBe('Give the policy a name.');
});

test('what a policy would do today is said by count and name', () => {
  const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `d${index}` }));
  expect(todaySentence({ effect: 'block' }, named(2))).toBe('Today this would block: 2 datasets (d0, d1).');
  expect(todaySentence({ effect: 'warn' }, named(7))).toBe('Today this would warn of: 7 datasets (d0, d1, d2, d3, d4, and more).');
  expect(todaySentence({ effect: 'block' }, [])).toBe('Today this would block nothing.');
});

test('only what was changed is written, so that what somebody else changed meanwhile stays', () => {
  expect(policyChange(draft, { ...draft, name: 'y', actions: ['export', 'train'] })).toEqual({ name: 'y', actions: ['export', 'train'] });
  expect(policyChange(draft, { ...draft, conditions: [{ kind: 'quality', below: 80 }] })).toEqual({});
});
