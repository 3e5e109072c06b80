import { describe, expect, it } from 'vitest';
import { AppError, errorTexts, fail, failureOf, toFailure, toResult, unwrap, type ErrorCode } from '../../../shared/errors.ts';

describe('the table of errors', () => {
  it.each(Object.entries(errorTexts))('%s says what happened and what to do, as sentences', (_, { what, fix }) => {
    for (const sentence of [what, fix]) {
      expect(sentence.length).toBeGreaterThan(5);
      expect(sentence).toMatch(/^["{A-Z\d]/);
    }
    expect(fix).toMatch(/[.:]$/);
  });

  it('fills the details into the sentences and leaves an unknown name as it is', () => {
    expect(failureOf('files/empty', { path: 'a.csv' }).what).toBe('"a.csv" is empty.');
    expect(failureOf('files/empty').what).toBe('"{path}" is empty.');
  });
});

describe('a Result', () => {
  it('carries a known failure as data and throws it again on the other side', async () => {
    const result = await toResult(() => {
      throw fail('files/not-found', { path: 'x' });
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'files/not-found', details: { path: 'x' } } });
    expect(() => unwrap(result)).toThrow(AppError);
  });

  it('turns an unknown throw into internal/unexpected and shows it to the log', async () => {
    const seen: unknown[] = [];
    const thrown = new TypeError('boom');
    const result = await toResult(() => Promise.reject(thrown), (each) => seen.push(each));
    expect(result).toMatchObject({ ok: false, error: { code: 'internal/unexpected', details: { message: 'boom' } } });
    expect(seen).toEqual([thrown]);
  });

  it('keeps the code of an AppError, whatever else is thrown around it', () => {
    const code: ErrorCode = 'train/one-class';
    expect(toFailure(fail(code, { column: 'y', value: 'a' })).code).toBe(code);
    expect(toFailure('text').code).toBe('internal/unexpected');
  });
});
