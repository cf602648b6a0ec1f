import { describe, expect, it } from 'vitest';
import type { Alert } from '../api/gateway';
import { catalogues, fill, formats, type Language, type Translate } from '../i18n/format';
import { alertText } from './alertText';

const alert = (kind: string, subject: string, detail: Record<string, unknown>): Alert => ({ id: 'alt_1', kind, subject, title: 'the server’s words', detail, state: 'open', raised: '' });
const said = (one: Alert, language: Language = 'en') => alertText(one, ((key, values) => fill(language, catalogues[language][key], values)) as Translate, formats(language));

describe('alertText', () => {
  it('should say in the reader’s language what happened', () => {
    const spent = alert('budget', 'ci', { budget: 'ci', share: 1, hard: true, spent_usd: '10.010000000', limit_usd: '10.000000000' });
    expect(said(spent)).toBe('Budget ci is spent ($10.01 of $10.00): calls are refused');
    expect(said(spent, 'zh')).toContain('ci');
    expect(said(alert('budget', 'b', { share: 0.8, hard: true, spent: 800, limit: 1000, unit: 'tokens' }))).toBe('Budget b is at 80% (800 of 1,000)');
    expect(said(alert('provider', 'openai', { model: 'gpt-4.1' }))).toBe('openai/gpt-4.1 fails and is left alone');
    expect(said(alert('surge', 'tenant', { spent_usd: '42.5', usual_usd: '7' }))).toBe('whole tenant: $42.50 this hour, usually $7.00');
  });

  it('should leave the word to the server where it knows more', () => {
    expect(said(alert('weather', 'x', {}))).toBe('the server’s words');
    expect(said(alert('budget', 'x', { share: 'much' }))).toBe('the server’s words');
  });
});
