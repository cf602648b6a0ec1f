import { describe, expect, it } from 'vitest';
import { changeBody, createBody, draftOf, emptyCredential, isReady } from './providerDraft';

const openai = { name: 'openai', dialect: 'openai', base_url: 'https://api.openai.com/v1', credential: 'sealed', credentials: [{ name: 'second', credential: 'sealed', requests_per_minute: 500 }], parallel_calls: 10, queue: 5, shared: false };

describe('a changed provider', () => {
  it('should keep every secret that is not given again', () => {
    expect(changeBody(draftOf(openai))).toEqual({ dialect: 'openai', base_url: 'https://api.openai.com/v1', parallel_calls: 10, queue: 5, credentials: [{ name: 'second', requests_per_minute: 500 }] });
  });

  it('should send what is given, and take the first credential away when asked', () => {
    const draft = draftOf(openai);
    expect(changeBody({ ...draft, credential: ' sk-new ' })).toMatchObject({ credential: 'sk-new' });
    expect(changeBody({ ...draft, credential: 'sk-new', without: true })).toMatchObject({ credential: '' });
    expect(changeBody({ ...draft, more: [] })).not.toHaveProperty('credentials');
  });

  it('should not send a queue without a bound of calls', () => {
    expect(changeBody({ ...draftOf(openai), parallel: '' })).not.toHaveProperty('queue');
  });
});

describe('a new provider', () => {
  it('should need a credential for each name', () => {
    const draft = { ...draftOf(openai), more: [{ ...emptyCredential(), name: 'third' }] };
    expect(isReady(draft, false)).toBe(false);
    const given = { ...draft, more: [{ ...emptyCredential(), name: 'third', credential: 'env:THIRD' }] };
    expect(isReady(given, true)).toBe(true);
    expect(isReady({ ...given, credential: 'sk-typed' }, true)).toBe(false);
    expect(createBody(given)).toMatchObject({ name: 'openai', credentials: [{ name: 'third', credential: 'env:THIRD' }] });
  });
});
