/** The gateway's resources, made up: calls, providers and routes here, the rest in rules.mjs. Development and browser tests only. */
import { rulesRoutes, rulesState } from './rules.mjs';

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const DAY = 24 * 60;

export function gatewayState(empty) {
  return {
    running: empty ? [] : firstRunning(), calls: empty ? [] : firstCalls(), providers: empty ? [] : firstProviders(), declared: new Map(empty ? [] : firstRoutes().map((one) => [one.name, one])),
    ...rulesState(empty),
  };
}

function firstRunning() {
  const one = (n, model, principal, seconds, more = {}) => ({ id: `call_01running${n}`, principal, kind: 'chat', model, stream: true, tags: {}, since: new Date(Date.now() - seconds * 1000).toISOString(), ...more });
  return [
    one(1, 'frugal', 'key_02billing', 74, { tags: { team: 'support', ticket: 'GB-1290' } }),
    one(2, 'anthropic/claude-sonnet-4-5', 'key_01admin', 31),
    one(3, 'app:handbook', 'key_03ci', 12, { kind: 'application', tags: { team: '人力资源' } }),
    one(4, 'fast', 'key_02billing', 3, { tags: { team: 'search' } }),
    one(5, 'openai/text-embedding-3-small', 'key_03ci', 1, { kind: 'embedding', stream: false }),
  ];
}

function firstCalls() {
  const models = [['frugal', 'openai/gpt-4.1-nano'], ['openai/gpt-4.1-mini', 'openai/gpt-4.1-mini'], ['fast', 'anthropic/claude-haiku-4-5'], ['dashscope/qwen3-max', 'dashscope/qwen3-max']];
  const outcomes = ['succeeded', 'succeeded', 'succeeded', 'failed', 'succeeded', 'refused', 'succeeded', 'cancelled'];
  return Array.from({ length: 120 }, (_, at) => {
    const [requested, model] = models[at % 4];
    const outcome = outcomes[at % 8];
    const refused = outcome === 'refused';
    return {
      id: `call_${(999_999 - at).toString(36)}x`, trace: (at + 7).toString(16).padStart(32, '0'), span: `s${at}`, principal: ['key_01admin', 'key_02billing', 'key_03ci'][at % 3], kind: at % 9 === 5 ? 'embedding' : 'chat', requested, model, stream: at % 2 === 0, items: 1, outcome,
      status: { succeeded: 200, failed: 502, refused: 429, cancelled: 499 }[outcome], ...(outcome === 'failed' && { error: 'provider_timeout' }), ...(refused && { error: 'budget_spent' }),
      ...(!refused && { input_tokens: 420 + at * 13, cached_tokens: at % 3 === 0 ? 256 : 0, output_tokens: 60 + at * 7 }), estimated: outcome === 'cancelled', reserved_usd: '0.004100000',
      ...(at % 5 !== 3 && { cost_usd: refused ? '0.000000000' : (0.00031 * ((at % 5) + 1)).toFixed(9) }), ...(!refused && { first_byte_ms: 140 + at * 3 }), took_ms: refused ? 2 : 900 + ((at * 7919) % 4200), tags: at % 2 ? { team: 'support' } : {}, at: ago(at * 11 + 1),
    };
  });
}

/** What the trace of a gateway's call looks like: one step with what guards and the route noted. */
export function gatewayTrace(call) {
  return {
    trace: call.trace,
    spans: [{ id: `spn_${call.id}`, span: call.span, name: `gateway.${call.kind}`, start: call.at, took_ms: call.took_ms, model: call.model, attributes: {
      'gimbal.call': call.id, 'gen_ai.operation.name': call.kind, ...(call.requested !== call.model && { 'gimbal.route': call.requested }), ...(call.requested === 'frugal' && { 'gimbal.escalated': 'refusal' }),
      'gimbal.guard.no-cards.prompt': 'found redact {card=1, email=2}', 'gimbal.guard.no-cards.answer': 'passed redact {}', 'gimbal.guard.vendor-keys.prompt': 'passed block {}',
    } }],
    calls: [call],
  };
}

const attempts = [
  { number: 1, target: 'openai/gpt-4.1-mini', credential: 'default', ended: 'status 429', error: 'upstream_busy', millis: 84 },
  { number: 2, target: 'openai/gpt-4.1-mini', credential: 'second', ended: 'judged refusal', millis: 912, cost_usd: '0.000041000' },
  { number: 3, target: 'openai/gpt-4.1-nano', credential: 'default', ended: 'succeeded', millis: 1_204, cost_usd: '0.000310000' },
];

const content = {
  input: '{"model":"frugal","messages":[{"role":"user","content":"Which card did [email] pay with?"}],"stream":true}',
  output: '{"choices":[{"message":{"role":"assistant","content":"With the card that ends in [card]."}}]}', complete: true,
};

function firstProviders() {
  return [
    { name: 'anthropic', dialect: 'anthropic', base_url: 'https://api.anthropic.com', credential: 'env:ANTHROPIC_API_KEY', shared: false, created: ago(40 * DAY) },
    { name: 'dashscope', dialect: 'dashscope', base_url: 'https://dashscope.aliyuncs.com/compatible-mode/v1', credential: 'sealed', shared: false, created: ago(3 * DAY) },
    { name: 'local', shared: true },
    { name: 'openai', dialect: 'openai', base_url: 'https://api.openai.com/v1', credential: 'env:OPENAI_API_KEY', credentials: [{ name: 'second', credential: 'env:OPENAI_API_KEY_2', requests_per_minute: 500, tokens_per_minute: 200_000, parallel_calls: 20 }], parallel_calls: 100, queue: 200, shared: false, created: ago(60 * DAY) },
  ];
}

function healthOf(provider) {
  const model = (name, more = {}) => ({ model: name, breaker: 'closed', failure_rate: 0.01, slow_rate: 0, counted: 100, latency_millis: 412, in_flight: 3, calls: 18_204, ...more });
  if (provider.name === 'local' || provider.fresh) return { provider: provider.name, models: [], credentials: [] };
  return {
    provider: provider.name, ...(provider.parallel_calls && { parallel: 34, waiting: 2 }),
    models: provider.name === 'openai' ? [model('gpt-4.1'), model('gpt-4.1-mini', { latency_millis: 230 }), model('gpt-4.1-nano', { breaker: 'open', failure_rate: 0.62, slow_rate: 0.1, counted: 84, retry_in_millis: 8_400, last_failure: 'timeout: no first byte in 30 s', last_failure_at: ago(0.2), in_flight: 0 })] : [model(provider.name === 'anthropic' ? 'claude-haiku-4-5' : 'qwen3-max', provider.name === 'anthropic' ? {} : { breaker: 'half_open', failure_rate: 0.31 })],
    credentials: [{ name: 'default', in_flight: 3, requests_last_minute: 212, tokens_last_minute: 48_210 }, ...(provider.credentials ?? []).map((one) => ({ name: one.name, in_flight: 0, requests_last_minute: 500, tokens_last_minute: 198_400, rests_for_millis: 12_000 }))],
  };
}

function firstRoutes() {
  const route = (name, targets, more = {}) => ({ name, targets, policy: 'ordered', version: 1, created: ago(9 * DAY), changed: ago(2 * DAY), ...more });
  return [
    route('fast', [{ model: 'openai/gpt-4.1-mini', weight: 3 }, { model: 'anthropic/claude-haiku-4-5', weight: 1 }], { policy: 'weighted', sticky: { by: 'key' } }),
    route('frugal', [{ model: 'openai/gpt-4.1-nano' }, { model: 'openai/gpt-4.1' }], { escalation: { check: 'judge', judge: 'openai/gpt-4.1-mini', below: 0.6 }, retries: 1 }),
    route('support', [
      { model: 'dashscope/qwen3-max', when: { languages: ['zh'], time: { zone: 'Asia/Shanghai', days: ['monday', 'friday'], from: '09:00', to: '18:00' } } },
      { model: 'openai/gpt-4.1', context_tokens: 128_000, capabilities: ['tools', 'images'] }, { model: 'anthropic/claude-sonnet-4-5' },
    ]),
  ];
}

const savings = Array.from({ length: 14 }, (_, at) => ({ day: ago(at * DAY).slice(0, 10), kept: 812 - at * 9, escalated: 97 + at, saved_usd: (4.213 - at * 0.1).toFixed(9), lost_usd: (0.311 + at * 0.01).toFixed(9) }));

export const etag = (version) => ({ etag: `"${version}"` });
export const invalid = (answer, field, message) => answer.problem(400, 'field_invalid', `${field}: ${message}`, [{ field, message }]);

/** The version that a change names must be the present one. */
export function stale(request, answer, version) {
  const wanted = request.headers['if-match'];
  if (!wanted || wanted === `"${version}"`) return false;
  answer.problem(412, 'version_stale', `it changed since it was read: If-Match is ${wanted}, now "${version}"`);
  return true;
}

function wrongRoute(state, body) {
  const known = new Set(state.providers.map((one) => one.name));
  for (const [at, target] of body.targets.entries()) if (!known.has(target.model.split('/')[0]) || !target.model.includes('/')) return [`targets[${at}].model`, `there is no provider of ${target.model}`];
  if (body.escalation?.below === undefined && ['judge', 'logprob'].includes(body.escalation?.check)) return ['escalation.below', 'is needed for this check'];
  return undefined;
}

export function gatewayRoutes(state) {
  return [
    ...rulesRoutes(state),
    ['GET', 'running-calls', ({ query, answer }) => answer.page(state.running, query)],
    ['DELETE', 'running-calls/:id', ({ id, answer }) => {
      if (!state.running.some((one) => one.id === id)) return answer.problem(404, 'call_unknown', `No call ${id} is under way on this node.`);
      state.running = state.running.filter((one) => one.id !== id);
      return answer.none();
    }],
    ['GET', 'calls', ({ query, answer }) => {
      const want = (name) => query.get(name);
      const [tag, value] = (want('tag') ?? '').split('=');
      answer.page(state.calls.filter((one) => (!want('outcome') || one.outcome === want('outcome')) && (!want('model') || one.model === want('model')) && (!want('principal') || one.principal === want('principal')) && (!want('from') || one.at >= want('from')) && (!tag || one.tags[tag] === value)), query);
    }],
    ['GET', 'calls/:id', ({ id, answer }) => {
      const call = state.calls.find((one) => one.id === id);
      return answer.found(call && { ...call, ...(call.outcome !== 'refused' && { content }), cache: call.outcome === 'succeeded' ? 'miss' : 'bypass', ...(call.requested === 'frugal' && { attempts }) });
    }],
    ['GET', 'providers', ({ query, answer }) => answer.page(state.providers, query)],
    ['POST', 'providers', ({ body, session, answer }) => {
      if (!body.base_url && ['openai', 'anthropic', 'gemini', 'azure'].includes(body.dialect)) return invalid(answer, 'base_url', `must be said for the dialect ${body.dialect}`);
      if (/^http:\/\/(10|127|192\.168)\./.test(body.base_url ?? '')) return invalid(answer, 'base_url', 'is a private address, which gateway.allow-private-upstreams must allow');
      if (state.providers.some((one) => one.name === body.name)) return answer.problem(409, 'provider_exists', `There is a provider ${body.name}.`);
      const reference = /^(env|file):/.test(body.credential ?? '');
      if (reference && !session.rights.includes('tenants.write')) return answer.problem(403, 'right_missing', 'credential: naming the server’s environment or files needs the right tenants.write; send the credential itself, it is kept encrypted.');
      const made = { ...body, ...(body.credential && { credential: reference ? body.credential : 'sealed' }), shared: false, created: new Date().toISOString() };
      state.providers.push({ ...made, fresh: true });
      return answer.json(201, made);
    }],
    ['GET', 'providers/:name', ({ name, answer }) => {
      const provider = state.providers.find((one) => one.name === name && !one.shared);
      return provider ? answer.json(200, provider, etag(provider.version ?? 1)) : answer.found(undefined);
    }],
    ['PUT', 'providers/:name', ({ name, body, request, answer }) => {
      const at = state.providers.findIndex((one) => one.name === name && !one.shared);
      const before = state.providers[at];
      if (!before) return answer.found(undefined);
      if (stale(request, answer, before.version ?? 1)) return undefined;
      const moved = new URL(body.base_url).origin !== new URL(before.base_url).origin;
      if (moved && before.credential && body.credential === undefined) return invalid(answer, 'credential', 'must be given again: base_url names another server');
      const shown = (given, had) => (given === undefined ? had : given && (/^(env|file):/.test(given) ? given : 'sealed'));
      const credentials = (body.credentials ?? []).map((one) => ({ ...one, credential: shown(one.credential, before.credentials?.find((each) => each.name === one.name)?.credential) }));
      state.providers[at] = { ...body, name, credential: shown(body.credential, before.credential), credentials, shared: false, created: before.created, changed: new Date().toISOString(), version: (before.version ?? 1) + 1 };
      return answer.json(200, state.providers[at], etag(state.providers[at].version));
    }],
    ['DELETE', 'providers/:name', ({ name, answer }) => (state.providers = state.providers.filter((one) => one.name !== name), answer.none())],
    ['GET', 'providers/:name/health', ({ name, answer }) => {
      const provider = state.providers.find((one) => one.name === name);
      return answer.found(provider && healthOf(provider));
    }],
    ['GET', 'routes', ({ query, answer }) => answer.page([...state.declared.values()], query)],
    ['POST', 'routes', ({ body, answer }) => {
      if (state.declared.has(body.name)) return answer.problem(409, 'route_exists', `There is a route ${body.name}.`);
      const wrong = wrongRoute(state, body);
      if (wrong) return invalid(answer, ...wrong);
      const made = { ...body, version: 1, created: new Date().toISOString(), changed: new Date().toISOString() };
      state.declared.set(body.name, made);
      return answer.json(201, made, etag(1));
    }],
    ['GET', 'routes/:name', ({ name, answer }) => {
      const route = state.declared.get(name);
      return route ? answer.json(200, route, etag(route.version)) : answer.found(undefined);
    }],
    ['PUT', 'routes/:name', ({ name, body, request, answer }) => {
      const before = state.declared.get(name);
      if (!before) return answer.found(undefined);
      if (stale(request, answer, before.version)) return undefined;
      const wrong = wrongRoute(state, body);
      if (wrong) return invalid(answer, ...wrong);
      const after = { ...body, version: before.version + 1, created: before.created, changed: new Date().toISOString() };
      state.declared.set(name, after);
      return answer.json(200, after, etag(after.version));
    }],
    ['DELETE', 'routes/:name', ({ name, answer }) => (state.declared.delete(name), answer.none())],
    ['GET', 'routes/:name/savings', ({ name, answer }) => (state.declared.has(name) ? answer.json(200, { data: savings, next: null }) : answer.found(undefined))],
  ];
}
