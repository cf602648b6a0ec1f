import { describe, expect, it } from 'vitest';
import { stretches, utf16Index } from './ranges';

const marked = (text: string, start: number, end: number) =>
  stretches(text, { start, end }).flat().filter((piece) => piece.marked).map((piece) => piece.text).join('');
const whole = (text: string, start: number, end: number) => stretches(text, { start, end }).flat().map((piece) => piece.text).join('');

describe('ranges in code points', () => {
  it('should count a character outside the basic plane once', () => {
    expect(utf16Index('a🍽b', 2)).toBe(3);
    expect(marked('𠮷田先生负责。下一句。', 0, 7)).toBe('𠮷田先生负责。');
    expect(marked('🍽️🍽️ Receipts are needed.', 5, 13)).toBe('Receipts');
  });

  it('should keep every character of the text, whatever the range', () => {
    const text = `line 𠮷\n${'x'.repeat(30_000)}🍽${'y\n'.repeat(9_000)}`;
    for (const [start, end] of [[0, 0], [3, 8], [29_990, 30_020], [10, 10_000_000], [50, 20], [1e9, 1e9 + 5]] as const) {
      expect(whole(text, start, end)).toBe(text);
    }
  });

  it('should mark a range that runs over several stretches as one', () => {
    const text = 'word 字\n'.repeat(4_000);
    expect(marked(text, 1_000, 20_000)).toBe([...text].slice(1_000, 20_000).join(''));
    expect(stretches(text).length).toBeGreaterThan(4);
  });

  it('should mark nothing where the text ends before the range', () => {
    expect(marked('short', 10, 20)).toBe('');
  });

  it('should never cut a character in two', () => {
    for (const stretch of stretches('𠮷'.repeat(40_000))) {
      for (const { text } of stretch) expect(text.isWellFormed()).toBe(true);
    }
  });
});
