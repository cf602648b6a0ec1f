/**
 * The mock's costs, prices and model calls. Made up from the time alone, so that every drawing of a screen is the same.
 */
const DAY = 86_400_000;
const HOUR = 3_600_000;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const models = [['openai/gpt-4.1-mini', 6.2], ['anthropic/claude-sonnet-4.5', 3.9], ['deepseek/deepseek-chat', 1.4], ['openai/gpt-4.1', 1.1], ['dashscope/qwen-max', 0.6], ['gemini/gemini-2.5-flash', 0.35], ['moonshot/kimi-k2', 0.2], ['openai/text-embedding-3-small', 0.04], ['acme/house-model', undefined]];
const dimensions = {
  model: models,
  provider: [['openai', 7.3], ['anthropic', 3.9], ['deepseek', 1.4], ['dashscope', 0.6], ['gemini', 0.35], ['acme', undefined]],
  key: [['key_02billing', 8.1], ['key_03ci', 3.2], ['key_01admin', 1.9], ['key_09gone', 0.3]],
  user: [[undefined, 13.5]],
  route: [['support-fast', 5.5], ['analysis', 3.1], [undefined, 4.9]],
  application: [['handbook', 4.2], [undefined, 9.3]],
  kind: [['chat', 13.1], ['embedding', 0.4]],
};
const teams = [['support', 6.1], ['搜索', 4.4], ['billing', 2.2], [undefined, 0.8]];

const sumOf = (usd, calls, known) => ({ calls, failed_calls: Math.floor(calls / 90), unknown_cost_calls: known ? 0 : calls, ...(known && { cost_usd: usd.toFixed(6) }), saved_usd: (known ? usd * 0.11 : 0).toFixed(6), input_tokens: calls * 1200, cached_tokens: calls * 310, output_tokens: calls * 240 });

function together(sums) {
  const known = sums.filter((one) => one.cost_usd !== undefined);
  const add = (name) => sums.reduce((all, one) => all + one[name], 0);
  return { calls: add('calls'), failed_calls: add('failed_calls'), unknown_cost_calls: add('unknown_cost_calls'), ...((known.length > 0 || sums.length === 0) && { cost_usd: known.reduce((all, one) => all + Number(one.cost_usd), 0).toFixed(6) }), saved_usd: sums.reduce((all, one) => all + Number(one.saved_usd), 0).toFixed(6), input_tokens: add('input_tokens'), cached_tokens: add('cached_tokens'), output_tokens: add('output_tokens') };
}

export function costs(query, empty) {
  const until = Date.now();
  const from = Date.parse(query.get('from') ?? new Date(until - 30 * DAY).toISOString());
  const step = query.get('interval') === 'hour' ? HOUR : DAY;
  const by = query.get('group_by') ?? 'model';
  const only = ['model', 'provider', 'principal', 'requested', 'application', 'tag'].filter((name) => query.get(name));
  const share = only.reduce((all) => all * 0.4, 1);
  const groups = empty ? [] : (by.startsWith('tag:') ? (by === 'tag:team' ? teams : [[undefined, 13.5]]) : dimensions[by]).filter(([name]) => !query.get(by) || query.get(by) === name).map(([name, weight], index) => {
    const points = [];
    for (let at = Math.floor(from / step) * step; at < until; at += step) {
      const day = Math.floor(at / DAY);
      const busy = [0.35, 1, 1.15, 1.05, 1.2, 0.9, 0.3][(day + 3) % 7] * (0.8 + ((day * 37 + index * 53 + Math.floor(at / step) * 11) % 40) / 100) * share * (step === HOUR ? 1 / 20 : 1);
      points.push({ start: new Date(at).toISOString(), sum: sumOf((weight ?? 0) * busy, Math.max(1, Math.round((weight ?? 0.5) * 140 * busy)), weight !== undefined) });
    }
    return { ...(name !== undefined && { name }), sum: together(points.map((point) => point.sum)), points };
  });
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString(), group_by: by, interval: query.get('interval') ?? 'day', total: together(groups.map((group) => group.sum)), groups };
}

export const firstPrices = () => [
  { model: 'openai/gpt-4.1', input_usd_per_million: '2', output_usd_per_million: '8', cached_input_usd_per_million: '0.5', from: '2025-04-14T00:00:00Z', source: 'list of 2026-11-22' },
  { model: 'openai/gpt-4.1-mini', input_usd_per_million: '0.4', output_usd_per_million: '1.6', cached_input_usd_per_million: '0.1', from: '2025-04-14T00:00:00Z', source: 'list of 2026-11-22' },
  { model: 'anthropic/claude-sonnet-4.5', input_usd_per_million: '3', output_usd_per_million: '15', cached_input_usd_per_million: '0.3', cache_write_usd_per_million: '3.75', from: '2025-09-29T00:00:00Z', source: 'list of 2026-11-22', tiers: [{ above_tokens: 200000, input_usd_per_million: '6', output_usd_per_million: '22.5' }] },
  { model: 'deepseek/deepseek-chat', input_usd_per_million: '0.28', output_usd_per_million: '0.42', cached_input_usd_per_million: '0.028', from: '2025-12-01T00:00:00Z', source: 'set by the tenant' },
  { model: 'deepseek/deepseek-chat', input_usd_per_million: '0.27', output_usd_per_million: '1.1', cached_input_usd_per_million: '0.07', from: '2025-02-08T00:00:00Z', source: 'list of 2026-11-22' },
  { model: 'dashscope/*', input_usd_per_million: '1.2', output_usd_per_million: '6', from: '2027-01-01T00:00:00Z', source: 'set by the tenant' },
];

let next = 1;

/** Routes in the form of [createMock]'s. */
export function moneyRoutes(state, empty) {
  state.prices = empty ? [] : firstPrices();
  state.rotations = [];
  return [
    ['GET', 'costs', ({ query, answer }) => answer.json(200, costs(query, empty))],
    ['GET', 'prices', ({ query, answer }) => answer.page(state.prices, query)],
    ['GET', 'prices/missing', ({ query, answer }) => answer.page(empty || state.prices.some((one) => one.model === 'acme/house-model') ? [] : [{ model: 'acme/house-model', first_called: new Date(Date.now() - 3 * DAY).toISOString(), last_called: new Date(Date.now() - HOUR).toISOString() }], query)],
    ['POST', 'prices', ({ body, answer }) => {
      if (!/^[a-z0-9._-]+\/.+/.test(body.model)) return answer.problem(400, 'field_invalid', 'model must be provider/model');
      const made = { from: new Date().toISOString(), ...body, source: 'set by the tenant' };
      state.prices.unshift(made);
      return answer.json(201, made);
    }],
    ['POST', 'keys/:id/rotate', ({ id, body, answer }) => {
      const key = state.keys.find((one) => one.id === id);
      if (!key) return answer.problem(404, 'key_unknown', 'There is no such key.');
      state.rotations.push({ id, ...body });
      const until = body.overlap_hours > 0 ? new Date(Date.now() + body.overlap_hours * HOUR).toISOString() : undefined;
      Object.assign(key, { prefix: 'gmb_n3Wk', rotated_at: new Date().toISOString(), old_secret_until: until, ...(body.expires_at && { expires_at: body.expires_at }) });
      return answer.json(200, { id, name: key.name, key: 'gmb_n3WkT0tat3dJt0aQh7cV2bN8sLrE5wUeK1dPfGoTiRy', ...(until && { old_secret_until: until }) });
    }],
  ];
}

const texts = {
  en: 'A gimbal keeps what hangs in it level, however the ship rolls. Three rings turn in one another, each about an axis of its own; so the compass in the middle always points the same way, and whoever reads it need not wait for calm water.',
  zh: '常平架使悬于其中之物始终保持水平，无论船身如何摇晃。三个环相互嵌套，各绕一轴转动；因此中间的罗盘总指向同一方向，读数的人不必等待风平浪静。',
};

/** `/v1/chat/completions` as a stream. */
export async function modelCall(response, bytes, pace, state, calls) {
  const body = JSON.parse(bytes.toString());
  const id = `call_0play${next++}`;
  const text = JSON.stringify(body.messages);
  state.asked = [...(state.asked ?? []), body];
  const refuse = (status, code, message, param = null) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-gimbal-call': id, 'x-request-id': 'req_01j9x' });
    response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param, code } }));
  };
  if (/fail|失败/.test(text) && body.model === 'openai/gpt-4.1-mini') return refuse(503, 'provider_unavailable', 'No target answered in time.');
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-gimbal-call': id, 'x-request-id': 'req_01j9x' });
  const started = Date.now();
  let closed = false;
  response.on('close', () => (closed = !response.writableEnded));
  const send = (data) => response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  const settle = (outcome, output) => calls.unshift({ id, trace: '0af7651916cd43dd8448eb211c80319c', span: 'd1', principal: 'admin', kind: 'chat', requested: body.model, stream: true, items: 1, status: 200, tags: {}, model: body.model, outcome, input_tokens: 412, output_tokens: output, ...(body.model !== 'fake/echo' && { cost_usd: (0.0000021 * output + 0.00016).toFixed(7) }), took_ms: Date.now() - started, at: new Date(started).toISOString() });
  await wait((body.model === 'fake/echo' ? 60 : 420) * pace);
  send({ choices: [{ delta: { role: 'assistant', content: '' } }] });
  if (body.tools) {
    send({ choices: [{ delta: { tool_calls: [{ index: 0, function: { name: body.tools[0].function.name, arguments: '{"city":' } }] } }] });
    send({ choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '"北京"}' } }] }, finish_reason: 'tool_calls' }] });
  }
  let output = 0;
  const answer = body.tools ? '' : body.response_format ? '{"level": true}' : /[\u4e00-\u9fff]/.test(text) ? texts.zh : texts.en;
  for (const piece of answer.match(/[\s\S]{1,7}/g) ?? []) {
    if (closed) break;
    output++;
    send({ choices: [{ delta: { content: piece } }] });
    await wait(30 * pace);
  }
  settle(closed ? 'cancelled' : 'succeeded', output);
  if (closed) return undefined;
  if (!body.tools) send({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  send({ choices: [], usage: { prompt_tokens: 412, completion_tokens: output } });
  send('[DONE]');
  return response.end();
}
