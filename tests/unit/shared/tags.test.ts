import { describe, expect, it } from 'vitest';
import { formatTag, parseTag } from '../../../shared/domain/datasets.ts';

describe('a tag', () => {
  it('is free text, or a key and a value', () => {
    expect(parseTag('pilot')).toEqual({ key: null, value: 'pilot' });
    expect(parseTag(' Source : sensor 4: left ')).toEqual({ key: 'source', value: 'sensor 4: left' });
    expect(parseTag(':x')).toEqual({ key: null, value: 'x' });
  });

  it('reads back as it was written', () => {
    for (const text of ['pilot', 'source: sensor 4']) expect(formatTag(parseTag(text))).toBe(text);
  });

  it('needs a value', () => {
    expect(() => parseTag('source: ')).toThrow('a tag needs a value');
  });
});
