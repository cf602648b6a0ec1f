import { describe, expect, it } from 'vitest';
import { ending, tagsOf } from './tags';

describe('tags of a key', () => {
  it('should be read line by line', () => {
    expect(tagsOf('team=search\n\n feature = chat=bot \n')).toEqual({ team: 'search', feature: 'chat=bot' });
    expect(tagsOf('')).toEqual({});
  });

  it('should not be guessed where a line is wrong', () => {
    expect([tagsOf('team'), tagsOf('Team=a'), tagsOf('=a'), tagsOf('team=')]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the end of a key', () => {
  it('should be told when it is near or over', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect([undefined, '2026-11-22T12:00:00Z', '2026-11-25T00:00:00Z', '2027-01-01T00:00:00Z'].map((at) => ending(at, now))).toEqual([undefined, 'expired', 'soon', undefined]);
  });
});
