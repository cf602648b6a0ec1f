import { describe, expect, it } from 'vitest';
import { en } from './en';
import { fill, formats } from './format';
import { zh } from './zh';

const names = (message: string) => [...message.matchAll(/\{(\w+)(?::[^}]*)?\}/g)].map((match) => match[1]);

describe('the two catalogues', () => {
  it('should have the same keys', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it('should fill in the same values', () => {
    for (const [key, message] of Object.entries(en)) {
      expect(new Set(names(zh[key as keyof typeof en])), key).toEqual(new Set(names(message)));
    }
  });

  it('should leave no message empty', () => {
    for (const message of [...Object.values(en), ...Object.values(zh)]) expect(message.trim()).not.toBe('');
  });
});

describe('fill', () => {
  it('should choose the word that goes with the number', () => {
    expect(fill('en', en['library.documents'], { n: 1 })).toBe('1 document');
    expect(fill('en', en['library.documents'], { n: 1200 })).toBe('1,200 documents');
    expect(fill('zh', zh['library.documents'], { n: 1 })).toBe('1 个文档');
  });

  it('should not read a value as a pattern', () => {
    expect(fill('en', 'Delete “{name}”?', { name: '{n} $& $1' })).toBe('Delete “{n} $& $1”?');
  });
});

describe('formats', () => {
  it('should say sizes and durations as people do', () => {
    const { bytes, duration, usd } = formats('en');
    expect([bytes(16), bytes(1500), bytes(48_318_382_080)]).toEqual(['16 B', '1.5 kB', '48 GB']);
    expect([duration(12), duration(3400), duration(125_000), duration(93_784_000), duration(3_600_000)]).toEqual(['12 ms', '3.4 sec', '2 min 5 sec', '26 hr 3 min', '1 hr']);
    expect([usd('0.000903'), usd('12.5'), usd('0'), usd('-0.004'), usd('-3')]).toEqual(['$0.00090', '$12.50', '$0.00', '-$0.0040', '-$3.00']);
  });

  it('should say how long ago something was', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(formats('en').ago('2026-11-22T11:58:00Z', now)).toBe('2 min. ago');
    expect(formats('zh').ago('2026-11-21T12:00:00Z', now)).toBe('昨天');
  });
});
