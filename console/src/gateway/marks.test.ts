import { describe, expect, it } from 'vitest';
import { replaced } from './marks';

describe('replaced', () => {
  it('should mark what gave way to a label', () => {
    expect(replaced('write to ann@example.org today', 'write to [email] today')).toEqual([
      { text: 'write to ' }, { text: 'ann@example.org', by: '[email]' }, { text: ' today' },
    ]);
  });

  it('should mark several, also beside each other and outside of the basic plane', () => {
    expect(replaced('𠮷田 13800138000，京A12345。', '𠮷田 [phone]，[plate]。')).toEqual([
      { text: '𠮷田 ' }, { text: '13800138000', by: '[phone]' }, { text: '，' }, { text: '京A12345', by: '[plate]' }, { text: '。' },
    ]);
  });

  it('should mark nothing where nothing changed, and all where the text is too long to align', () => {
    expect(replaced('same', 'same')).toEqual([{ text: 'same' }]);
    const [before, after] = ['a'.repeat(3000), 'b'.repeat(3000)];
    expect(replaced(before, after)).toEqual([{ text: before, by: after }]);
  });

  it('should give back the text whatever is in it', () => {
    const before = 'card 4111 1111 1111 1111 and mail a.b@c.de or [email]';
    const stretches = replaced(before, 'card [card] and mail <EMAIL_1> or [email]');
    expect(stretches.map((one) => one.text).join('')).toBe(before);
    expect(stretches.map((one) => one.by ?? one.text).join('')).toBe('card [card] and mail <EMAIL_1> or [email]');
  });
});
