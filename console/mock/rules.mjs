/** Budgets, limits, guards, cache and alerts, made up. Development and browser tests only. */
import { etag, invalid, stale } from './gateway.mjs';

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const DAY = 24 * 60;
const named = (list) => new Map(list.map((one) => [one.name, { version: 1, ...one }]));

export function rulesState(empty) {
  return { budgets: named(empty ? [] : firstBudgets()), limits: named(empty ? [] : firstLimits()), guards: named(empty ? [] : firstGuards()), cache: new Map(empty ? [] : firstCache().map((one) => [one.route, one])), alerts: empty ? [] : firstAlerts(), channels: named(empty ? [] : firstChannels()), surge: { enabled: true, score: 6, least_usd: '5.000000000', keys: false, routes: false, version: 0 } };
}

function firstBudgets() {
  const usd = (limit, reserved, spent) => ({ limit_usd: limit, reserved_usd: reserved, spent_usd: spent, left_usd: Math.max(0, limit - reserved - spent).toFixed(9) });
  const end = new Date(Date.now() + 9 * DAY * 60_000).toISOString();
  return [
    { name: 'ci', scope: { key: 'ci-pipeline' }, ...usd('10.000000000', '0.000000000', '10.480000000'), period: 'day', hard: false, alert_at: [0.8, 1], window_start: ago(300), window_end: end, alerts: [{ share: 1, spent_usd: '10.010000000', at: ago(22) }], created: ago(30 * DAY) },
    { name: 'embeddings', scope: { app: 'handbook' }, limit_tokens: 5_000_000, reserved_tokens: 12_000, spent_tokens: 1_204_118, left_tokens: 3_783_882, period: 'rolling', rolling_seconds: 86_400, hard: true, alert_at: [0.5, 0.9], alerts: [], created: ago(4 * DAY) },
    { name: 'everything', scope: { tenant: 'tnt_01' }, ...usd('2500.000000000', '31.250000000', '1618.902113000'), period: 'month', hard: true, alert_at: [0.5, 0.8, 1], window_start: ago(20 * DAY), window_end: end, alerts: [{ share: 0.5, spent_usd: '1250.120000000', at: ago(5 * DAY) }], created: ago(90 * DAY) },
  ];
}

function firstLimits() {
  return [
    { name: 'bots', scope: { app: 'helpdesk' }, requests_per_minute: 60, tokens_per_minute: 100_000, parallel_calls: 4, requests_used: 41, tokens_used: 88_120, parallel_used: 4, created: ago(9 * DAY) },
    { name: 'fast-lane', scope: { route: 'fast' }, requests_per_minute: 600, requests_used: 12, created: ago(DAY) },
  ];
}

function firstGuards() {
  const guard = (name, kind, places, action, settings = {}, more = {}) => ({ name, kind, places, action, on_failure: 'closed', deadline_millis: 2000, settings, created: ago(20 * DAY), updated: ago(2 * DAY), ...more });
  return [
    guard('no-cards', 'pii', ['prompt', 'tool_results', 'answer'], 'redact', { entities: ['card', 'email', 'phone', 'cn_resident_id'] }, { applies_to: { models: ['openai/*'] } }),
    guard('no-override', 'injection', ['prompt', 'retrieved'], 'flag', { classifier: 'injection', threshold: 0.82 }, { on_failure: 'open' }),
    guard('reply-shape', 'json_schema', ['answer'], 'block', { schema: { type: 'object', required: ['total'] } }),
    guard('vendor-keys', 'secrets', ['prompt', 'tool_arguments', 'answer'], 'block'),
    guard('项目代号', 'deny', ['prompt', 'answer'], 'block', { phrases: ['昆仑计划', 'Project Halcyon'] }),
  ].map((one) => (one.name === '项目代号' ? { ...one, name: 'code-names' } : one));
}

function firstCache() {
  const policy = (route, more = {}) => ({ route, exact: true, semantic: false, ttl_seconds: 3600, most_bytes: 67_108_864, several: false, tool_calls: false, prompt_marks: false, version: 1, ...more });
  const counts = (hits, similar, shared, misses, saved) => ({ hits, similar, shared, misses, passed: 311, refused: 12, hit_rate: (hits + similar + shared) / (hits + similar + shared + misses), saved_usd: saved, saved_unknown: 2, answers: misses, bytes: misses * 4096, threshold: 0.953 });
  return [
    { route: '*', policy: policy('*', { exact: false, prompt_marks: true, prompt_most_tokens: 100_000 }) },
    { route: 'anthropic/claude-sonnet-4-5', counts: counts(0, 0, 0, 0, '0.000000000') },
    { route: 'fast', policy: policy('fast', { ttl_seconds: 86_400, version: 4 }), counts: counts(8_204, 0, 311, 4_127, '18.204110000') },
    { route: 'frugal', policy: policy('frugal', { semantic: true }), counts: counts(912, 401, 8, 2_204, '3.511000000') },
  ];
}

function firstAlerts() {
  const alert = (n, kind, subject, title, detail, minutes, more = {}) => ({ id: `alt_0${n}`, kind, subject, title, detail, state: 'open', raised: ago(minutes), deliveries: [{ channel: 'on-call', state: 'sent', attempts: 1, ended: ago(minutes) }, { channel: 'finance', state: 'failed', attempts: 8, error: 'connection refused', ended: ago(minutes - 2) }], ...more });
  return [
    alert(1, 'provider', 'openai/gpt-4.1-nano', 'openai/gpt-4.1-nano is left alone: it fails', { model: 'gpt-4.1-nano', last_failure: 'timeout', rests_for_seconds: 20 }, 4),
    alert(2, 'budget', 'ci', 'Budget ci is spent: 10.01 of 10 USD, and calls are refused', { budget: 'ci', share: 1, hard: true, scope: 'key', spent_usd: '10.010000000', limit_usd: '10.000000000' }, 22),
    alert(3, 'surge', 'tenant', 'More is spent than usual', { series: 'tenant', hour: ago(90), spent_usd: '42.500000000', usual_usd: '7.120000000', score: 9.3 }, 90, { state: 'acknowledged', acknowledged: ago(60), acknowledged_by: 'key_01admin' }),
  ];
}

function firstChannels() {
  const channel = (name, kind, more) => ({ name, kind, recipients: [], alerts: ['budget', 'provider', 'surge'], created: ago(9 * DAY), updated: ago(DAY), ...more });
  return [channel('finance', 'email', { recipients: ['finance@example.org', 'cfo@example.org'], alerts: ['budget', 'surge'] }), channel('on-call', 'webhook', { url: 'https://hooks.example.org/gimbal', secret: 'sealed' })];
}

const wrongChannel = (body) => (body.kind === 'webhook' && !/^https?:\/\//.test(body.url ?? '') ? ['url', 'must be http or https, name a host and no user'] : undefined);

/** A redacting guard in small: cards, mails and phones. */
function checked(guard, place, text) {
  const found = {};
  const label = (kind, by) => () => ((found[kind] = (found[kind] ?? 0) + 1), by);
  const said = text.replace(/\b(?:\d{4}[ -]?){3}\d{4}\b/g, label('card', '[card]')).replace(/[\w.]+@[\w.]+\w/g, label('email', '[email]')).replace(/1[3-9]\d{9}/g, label('phone', '[phone]'));
  const hit = Object.keys(found).length > 0;
  const refused = hit && guard.action === 'block';
  return { refused, ...(!refused && { text: guard.action === 'redact' ? said : text }), verdicts: [{ guard: guard.name, kind: guard.kind, place, outcome: hit ? 'found' : 'passed', found }] };
}

/** Get, post, put and delete of a kind of named things; `wrong` says what is wrong with a body as field and message. */
function resource(kind, things, made, wrong) {
  return [
    ['GET', kind, ({ query, answer }) => answer.page([...things.values()], query)],
    ['POST', kind, ({ body, answer }) => {
      if (things.has(body.name)) return answer.problem(409, `${kind.slice(0, -1)}_exists`, `There is a ${kind.slice(0, -1)} ${body.name}.`);
      const bad = wrong(body);
      if (bad) return invalid(answer, ...bad);
      things.set(body.name, made({ version: 1, created: new Date().toISOString(), ...body }));
      return answer.json(201, things.get(body.name), etag(1));
    }],
    ['GET', `${kind}/:name`, ({ name, answer }) => (things.has(name) ? answer.json(200, things.get(name), etag(things.get(name).version)) : answer.found(undefined))],
    ['PUT', `${kind}/:name`, ({ name, body, request, answer }) => {
      const before = things.get(name);
      if (!before) return answer.found(undefined);
      if (stale(request, answer, before.version)) return undefined;
      const bad = wrong({ ...before, ...body });
      if (bad) return invalid(answer, ...bad);
      things.set(name, made({ ...before, ...body, version: before.version + 1 }));
      return answer.json(200, things.get(name), etag(before.version + 1));
    }],
    ['DELETE', `${kind}/:name`, ({ name, answer }) => (things.delete(name), answer.none())],
  ];
}

function madeBudget(body) {
  const used = { reserved_usd: '0.000000000', spent_usd: '0.000000000', reserved_tokens: 0, spent_tokens: 0, alert_at: [0.8, 1], alerts: [], hard: true, ...body };
  return { ...used, left_usd: body.limit_usd, left_tokens: body.limit_tokens };
}

const wrongBudget = (body) => (body.limit_usd !== undefined && !/^\d+(\.\d{1,9})?$/.test(body.limit_usd) ? ['limit_usd', `must be a decimal number, but is ${body.limit_usd}`] : undefined);
const wrongLimit = (body) => (!body.requests_per_minute && !body.tokens_per_minute && !body.parallel_calls ? ['requests_per_minute', 'it, tokens_per_minute or parallel_calls must be given'] : undefined);
const wrongGuard = (body) => (body.kind === 'deny' && !body.settings?.phrases?.length ? ['settings.phrases', 'must have 1 to 10000 phrases'] : undefined);

export function rulesRoutes(state) {
  return [
    ...resource('budgets', state.budgets, madeBudget, wrongBudget),
    ...resource('limits', state.limits, (body) => ({ requests_used: 0, tokens_used: 0, parallel_used: 0, ...body }), wrongLimit),
    ...resource('guards', state.guards, (body) => ({ settings: {}, updated: new Date().toISOString(), ...body }), wrongGuard),
    ['POST', 'guards/:name/check', ({ name, body, answer }) => {
      const guard = state.guards.get(name);
      return guard ? answer.json(200, checked(guard, body.place ?? guard.places[0], body.text)) : answer.found(undefined);
    }],
    ['GET', 'cache', ({ query, answer }) => answer.page([...state.cache.values()], query)],
    ['PUT', 'cache', ({ body, request, answer }) => {
      const before = state.cache.get(body.route);
      if (stale(request, answer, before?.policy?.version ?? 0)) return undefined;
      if (body.ttl_seconds > 2_592_000) return invalid(answer, 'ttl_seconds', 'must be 1 to 2592000 (30 days)');
      const policy = { semantic: false, several: false, tool_calls: false, prompt_marks: false, ttl_seconds: 3600, most_bytes: 67_108_864, ...body, version: (before?.policy?.version ?? 0) + 1 };
      state.cache.set(body.route, { ...before, route: body.route, policy });
      return answer.json(200, policy, etag(policy.version));
    }],
    ['DELETE', 'cache', ({ query, answer }) => {
      const routes = [...state.cache.values()].filter((one) => one.counts && (!query.get('route') || one.route === query.get('route')));
      const removed = routes.reduce((all, one) => all + one.counts.answers, 0);
      for (const one of routes) Object.assign(one.counts, { answers: 0, bytes: 0 });
      return answer.json(200, { removed });
    }],
    ['GET', 'alerts', ({ query, answer }) => answer.page(state.alerts.filter((one) => (!query.get('kind') || one.kind === query.get('kind')) && (!query.get('state') || one.state === query.get('state'))).map(({ deliveries, ...rest }) => rest), query)],
    ['GET', 'alerts/:id', ({ id, answer }) => answer.found(state.alerts.find((one) => one.id === id))],
    ['POST', 'alerts/:id/acknowledge', ({ id, session, answer }) => {
      const alert = state.alerts.find((one) => one.id === id);
      if (alert) Object.assign(alert, { state: 'acknowledged', acknowledged: new Date().toISOString(), acknowledged_by: session.principal.id });
      return answer.found(alert);
    }],
    ...resource('alert-channels', state.channels, ({ secret, ...body }) => ({ recipients: [], updated: new Date().toISOString(), ...body, ...(secret && { secret: 'sealed' }) }), wrongChannel),
    ['POST', 'alert-channels/:name/test', ({ name, answer }) => {
      const channel = state.channels.get(name);
      return answer.found(channel && { ...(channel.kind === 'webhook' ? { sent: !/down/.test(channel.url), said: /down/.test(channel.url) ? 'status 503' : 'status 204' } : { sent: true, said: 'the mail server took it' }), took_ms: 84 });
    }],
    ['GET', 'surge', ({ answer }) => answer.json(200, state.surge, etag(state.surge.version))],
    ['PUT', 'surge', ({ body, request, answer }) => {
      if (stale(request, answer, state.surge.version)) return undefined;
      if (Number.isNaN(Number(body.least_usd))) return invalid(answer, 'least_usd', `must be a decimal number, but is ${body.least_usd}`);
      state.surge = { ...state.surge, ...body, version: state.surge.version + 1 };
      return answer.json(200, state.surge, etag(state.surge.version));
    }],
  ];
}
