import { describe, expect, it } from 'vitest';
import { DatasetId, idFromBytes } from '../../../shared/domain/ids.ts';

describe('an id', () => {
  it('is 26 characters of lower-case Crockford base32 that the schema accepts', () => {
    const id = idFromBytes(new Uint8Array(16).fill(0xff));
    expect(id).toBe('7zzzzzzzzzzzzzzzzzzzzzzzzz');
    expect(DatasetId.safeParse(id).success).toBe(true);
    expect(idFromBytes(new Uint8Array(16))).toBe('0'.repeat(26));
  });

  it('refuses anything but 16 bytes', () => {
    expect(() => idFromBytes(new Uint8Array(15))).toThrow('an id needs 16 bytes, got 15');
  });

  it('does not accept letters that are easily mistaken', () => {
    expect(DatasetId.safeParse('i'.repeat(26)).success).toBe(false);
  });
});
