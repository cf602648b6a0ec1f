import { describe, expect, it } from 'vitest';
import type { Route, RouteShape } from '../api/gateway';
import { conditions, draftOf, freshRoute, freshTarget, shapeOf } from './routeDraft';

const whole: RouteShape = {
  name: 'frugal', policy: 'ordered', retries: 0, time_limits: { connect_millis: 500, whole_millis: 60000 },
  targets: [
    { model: 'openai/gpt-4.1-nano', weight: 0, context_tokens: 128000, capabilities: ['tools'], when: { keys: ['ci'], tags: { team: ['search', 'ads'], 'a': ['x=y'] }, bytes: { most: 50000 }, languages: ['zh'], time: { zone: 'Asia/Shanghai', days: ['monday'], from: '22:00', to: '06:00' } } },
    { model: 'openai/gpt-4.1' },
  ],
  escalation: { check: 'judge', below: 0.6, judge: 'openai/gpt-4.1-mini' },
};
const kept = (shape: RouteShape) => ({ ...shape, version: 3, created: '', changed: '' }) as Route;

describe('a route in the form', () => {
  it('should send back what it was given', () => {
    expect(shapeOf(draftOf(kept(whole)))).toEqual(whole);
    const sticky: RouteShape = { name: 'w', policy: 'weighted', targets: [{ model: 'a/b', weight: 3 }], sticky: { by: 'header', name: 'session' } };
    expect(shapeOf(draftOf(kept(sticky)))).toEqual(sticky);
  });

  it('should not send what does not go with the policy', () => {
    const draft = { ...draftOf(kept(whole)), policy: 'cheapest', stickyBy: 'key' };
    expect(shapeOf(draft)).not.toHaveProperty('escalation');
    expect(shapeOf(draft)).not.toHaveProperty('sticky');
    expect(shapeOf({ ...draftOf(kept(whole)), check: 'schema' }).escalation).toEqual({ check: 'schema' });
  });

  it('should say nothing of what was left empty', () => {
    expect(shapeOf({ ...freshRoute(), name: ' fast ', targets: [freshTarget('a/b')] })).toEqual({ name: 'fast', policy: 'ordered', targets: [{ model: 'a/b' }] });
  });

  it('should count conditions', () => {
    expect(conditions(freshTarget().when)).toBe(0);
    expect(conditions(draftOf(kept(whole)).targets[0]!.when)).toBe(5);
  });
});
