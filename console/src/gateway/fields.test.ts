import { describe, expect, it } from 'vitest';
import { problemOf } from '../api/errors';
import { fieldErrors, filled, isSlug } from './fields';

describe('fieldErrors', () => {
  it('should give each field what the server said of it', () => {
    const at = fieldErrors(problemOf(400, { code: 'field_invalid', errors: [{ field: 'targets[1].model', message: 'there is no provider of x/y' }] }));
    expect(at('targets[1].model')).toBe('there is no provider of x/y');
    expect(at('targets[0].model')).toBeUndefined();
    expect(at('nothing', 'targets[1].model')).toBe('there is no provider of x/y');
    expect(fieldErrors(undefined)('name')).toBeUndefined();
  });

  it('should give a name that is taken to its field', () => {
    const at = fieldErrors(problemOf(409, { code: 'budget_exists', detail: 'There is a budget b1.' }));
    expect(at('name')).toBe('There is a budget b1.');
    expect(fieldErrors(problemOf(412, { code: 'version_stale', detail: 'it changed' }))('name')).toBeUndefined();
  });
});

describe('filled', () => {
  it('should leave out what says nothing, however deep, and keep zero and false', () => {
    expect(filled({ a: '', b: [], c: { d: undefined, e: {} }, f: 0, g: false, h: { i: ['x'] } })).toEqual({ f: 0, g: false, h: { i: ['x'] } });
    expect(filled({ a: { b: { c: '' } } })).toBeUndefined();
  });
});

describe('isSlug', () => {
  it('should take names as the server does', () => {
    expect(['fast', 'gpt-4.1', 'qwen2.5:7b'].map(isSlug)).toEqual([true, true, true]);
    expect(['', 'Fast', 'a/b', '-a', 'a b'].map(isSlug)).toEqual([false, false, false, false, false]);
  });
});
