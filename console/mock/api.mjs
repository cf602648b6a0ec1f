/**
 * A stand-in for the server's `/api`, in memory, for development and browser tests only. It keeps to the shapes of the
 * routes, the session cookie and the CSRF header; what it answers is made up.
 */
import { answerFor, demonstration, firstCollections, firstKeys, firstTraces, KEY, models, OPERATOR_KEY, roles, status, traceDetail, VIEWER_KEY } from './data.mjs';
import { gatewayRoutes, gatewayState, gatewayTrace } from './gateway.mjs';
import { modelCall, moneyRoutes } from './money.mjs';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function createMock({ empty = false, pace = 1 } = {}) {
  const started = Date.now();
  const state = { collections: empty ? [] : firstCollections(), conversations: [], jobs: [], keys: firstKeys(), traces: empty ? [] : firstTraces(), feedback: [], sessions: new Map(), next: 100 };
  const gateway = gatewayState(empty);
  const id = (prefix) => `${prefix}_${(++state.next).toString(36).padStart(8, '0')}`;
  if (!empty) state.conversations.push(firstConversation(id));

  const collectionOf = (name) => state.collections.find((one) => one.name === name || one.id === name);
  const shownCollection = ({ items, ...rest }) => ({ ...rest, documents: items.length, passages: items.reduce((sum, one) => sum + (one.passages ?? 0), 0) });
  const shownDocument = ({ text, versions, ...rest }) => rest;

  const routes = [
    ['POST', 'sessions', async ({ body, answer }) => {
      const role = { [KEY]: 'administrator', [VIEWER_KEY]: 'viewer', [OPERATOR_KEY]: 'operator' }[body.key];
      await wait(200 * pace);
      if (!role) return answer.problem(401, 'credential_unknown', 'The key is not known, was revoked or has expired.');
      const session = { principal: { id: `key_01${role}`, name: role === 'viewer' ? 'reading-room' : 'admin', role, tenant: 'default', kind: 'key' }, csrf: `csrf-${state.next++}`, rights: roles.find((one) => one.name === role).rights };
      const token = `session-${state.next++}`;
      state.sessions.set(token, session);
      return answer.json(201, session, { 'set-cookie': `gimbal_session=${token}; Path=/; HttpOnly; SameSite=Strict` });
    }],
    ['GET', 'sessions/current', ({ session, answer }) => answer.json(200, session)],
    ['DELETE', 'sessions/current', ({ token, answer }) => (state.sessions.delete(token), answer.none({ 'set-cookie': 'gimbal_session=; Path=/; Max-Age=0' }))],
    ['GET', 'roles', ({ answer }) => answer.json(200, { data: roles, next: null })],
    ['GET', 'status', ({ answer }) => answer.json(200, status(started))],
    ['GET', 'models', ({ answer }) => answer.json(200, { data: models, next: null })],
    ['GET', 'collections', ({ answer }) => answer.json(200, { data: state.collections.map(shownCollection), next: null })],
    ['POST', 'collections', ({ body, answer }) => {
      if (collectionOf(body.name)) return answer.problem(409, 'collection_exists', `There is a collection “${body.name}” already.`);
      const made = { id: id('col'), ...body, created: new Date().toISOString(), items: [] };
      state.collections.push(made);
      return answer.json(201, shownCollection(made));
    }],
    ['GET', 'collections/:c', ({ c, answer }) => answer.json(200, shownCollection(c))],
    ['DELETE', 'collections/:c', ({ c, answer }) => (state.collections.splice(state.collections.indexOf(c), 1), answer.none())],
    ['GET', 'collections/:c/documents', ({ c, query, answer }) => {
      const text = (query.get('text') ?? '').toLowerCase();
      const wanted = query.get('state');
      answer.page(c.items.filter((one) => (!wanted || one.state === wanted) && `${one.title ?? ''} ${one.key}`.toLowerCase().includes(text)).map(shownDocument), query);
    }],
    ['POST', 'collections/:c/documents', ({ c, files, answer }) => answer.json(202, ingest(c, files))],
    ['GET', 'collections/:c/documents/:d', ({ d, answer }) => answer.json(200, shownDocument(d))],
    ['DELETE', 'collections/:c/documents/:d', ({ c, d, answer }) => (c.items.splice(c.items.indexOf(d), 1), answer.none())],
    ['GET', 'collections/:c/documents/:d/versions', ({ d, answer }) => answer.json(200, { data: d.versions, next: null })],
    ['GET', 'collections/:c/documents/:d/versions/:v/content', ({ d, query, answer }) => answer.text(d.text, query.get('form') === 'original' ? { 'content-disposition': `attachment; filename="${encodeURIComponent(d.key)}"` } : {})],
    ['POST', 'collections/:c/search', ({ c, body, answer }) => answer.json(200, { results: search(c, body.query), trace: state.traces[1]?.trace ?? '0'.repeat(32) })],
    ['POST', 'collections/:c/ask', (context) => ask(context)],
    ['GET', 'conversations', ({ query, answer }) => answer.page(state.conversations.map(({ turns, ...rest }) => rest), query)],
    ['GET', 'conversations/:id', ({ id: wanted, answer }) => answer.found(state.conversations.find((one) => one.id === wanted))],
    ['DELETE', 'conversations/:id', ({ id: wanted, answer }) => (state.conversations = state.conversations.filter((one) => one.id !== wanted), answer.none())],
    ['GET', 'jobs', ({ query, answer }) => answer.page([...state.jobs].reverse(), query)],
    ['GET', 'jobs/:id', ({ id: wanted, answer }) => answer.found(state.jobs.find((one) => one.id === wanted))],
    ['POST', 'jobs/:id/cancel', ({ id: wanted, answer }) => {
      const job = state.jobs.find((one) => one.id === wanted);
      if (job && !job.ended) Object.assign(job, { state: 'cancelled', ended: new Date().toISOString() });
      return answer.found(job);
    }],
    ['GET', 'jobs/:id/events', async ({ id: wanted, answer }) => {
      const job = state.jobs.find((one) => one.id === wanted);
      if (!job) return answer.found(undefined);
      const events = answer.events();
      while (!job.ended && !events.closed()) {
        events.send('progress', job);
        await wait(250 * pace);
      }
      events.send('end', job);
      return events.end();
    }],
    ['GET', 'traces', ({ query, answer }) => answer.page(state.traces.filter((one) => matchesTrace(one, query)), query)],
    ['GET', 'traces/:id', ({ id: wanted, answer }) => {
      const summary = state.traces.find((one) => one.trace === wanted);
      const call = gateway.calls.find((one) => one.trace === wanted);
      return answer.found(call ? gatewayTrace(call) : summary && traceDetail(summary));
    }],
    ['GET', 'keys', ({ query, answer }) => answer.page(state.keys, query)],
    ['POST', 'keys', ({ body, answer }) => {
      const made = { id: id('key'), name: body.name, role: body.role, created: new Date().toISOString(), prefix: 'gmb_9xYz', ...(body.expires_at && { expires_at: body.expires_at }), ...(body.requests_per_minute && { requests_per_minute: body.requests_per_minute }), tags: body.tags ?? {} };
      if (state.keys.some((one) => one.name === body.name)) return answer.problem(409, 'key_exists', `There is a key “${body.name}” already.`);
      state.keys.unshift(made);
      return answer.json(201, { id: made.id, name: made.name, key: 'gmb_9xYz4mJt0aQh7cV2bN8sLrE5wUeK1dPfGoTiRyXq3Z' });
    }],
    ['DELETE', 'keys/:id', ({ id: wanted, answer }) => (state.keys = state.keys.filter((one) => one.id !== wanted), answer.none())],
    ['POST', 'feedback', ({ body, answer }) => (state.feedback.push(body), answer.json(201, { id: id('fbk'), ...body }))],
    ['POST', 'demonstration', ({ answer }) => {
      let c = collectionOf('gimbal-docs');
      if (!c) state.collections.push((c = { id: id('col'), name: 'gimbal-docs', title: 'Gimbal documentation', description: 'The project’s own documentation.', created: new Date().toISOString(), items: [] }));
      const job = startJob(12, 0, () => (c.items = demonstration()));
      return answer.json(202, { collection: 'gimbal-docs', job: job.id });
    }],
    ...gatewayRoutes(gateway),
    ...moneyRoutes(state, empty),
  ];

  function startJob(total, failing, finished) {
    const job = { id: id('job'), kind: 'ingestion', state: 'running', done: 0, total, failed: 0, failures: [], created: new Date().toISOString() };
    state.jobs.push(job);
    void (async () => {
      for (let at = 0; at < total && !job.ended; at++) {
        await wait(300 * pace);
        job.done++;
        if (at < failing) {
          job.failed++;
          job.failures.push({ item: `broken-${at + 1}.pdf`, code: 'document_corrupt', message: 'The file ends before its table of contents.' });
        }
      }
      finished();
      if (!job.ended) Object.assign(job, { state: 'succeeded', ended: new Date().toISOString() });
    })();
    return job;
  }

  function ingest(c, files) {
    const made = files.map(({ name, text }) => {
      const now = new Date().toISOString();
      const failed = /broken/.test(name);
      const document = { id: id('doc'), key: name, title: name.split('/').pop().replace(/\.[^.]*$/, ''), format: name.split('.').pop(), version: 1, state: 'waiting', bytes: Buffer.byteLength(text), metadata: {}, created: now, updated: now, text, versions: [], failed };
      document.versions = [{ version: 1, state: 'waiting', format: document.format, bytes: document.bytes, created: now }];
      c.items.unshift(document);
      return document;
    });
    const job = startJob(made.length, made.filter((one) => one.failed).length, () => {
      for (const one of made) {
        const end = one.failed ? { state: 'failed', error: { code: 'document_corrupt', message: 'The file ends before its table of contents.' } } : { state: 'ready', passages: Math.max(1, Math.round(one.text.length / 400)) };
        Object.assign(one, end);
        Object.assign(one.versions[0], end, { characters: [...one.text].length });
        delete one.failed;
      }
    });
    return { job: job.id, documents: made.map(({ id: made_id, key, version, state: its }) => ({ id: made_id, key, version, state: its })) };
  }

  function search(c, query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return c.items.filter((one) => one.state === 'ready').flatMap((one) => {
      let at = 0;
      return one.text.split(/(?<=\n\n)/).map((passage) => {
        const start = at;
        at += [...passage].length;
        return { document: one.id, version: one.version, title: one.title, locator: { section: one.title }, start, end: start + [...passage.trimEnd()].length, text: passage.trim(), score: words.filter((word) => passage.toLowerCase().includes(word)).length / words.length };
      });
    }).filter((one) => one.score > 0).sort((a, b) => b.score - a.score).slice(0, 20);
  }

  async function ask({ c, body, session, answer }) {
    if (/fail|失败/.test(body.question)) return answer.problem(503, 'model_unavailable', 'No target of the route answered in time.');
    const { answer: text, answer_kind, citations } = answerFor(body.question);
    const now = new Date().toISOString();
    const trace = { trace: [...'0123456789abcdef0123456789abcdef'].sort(() => Math.random() - 0.5).join(''), name: 'ask', start: now, took_ms: 1840, status: 'ok', principal: session.principal.name, model: 'openai/gpt-4.1-mini', text: body.question, cost_usd: '0.000903', tags: {} };
    state.traces.unshift(trace);
    let conversation = state.conversations.find((one) => one.id === body.conversation);
    if (!conversation) state.conversations.unshift((conversation = { id: id('cnv'), collection: c.name, title: body.question.slice(0, 80), created: now, updated: now, turns: [] }));
    conversation.updated = now;
    const whole = { answer: text, answer_kind, citations: citations.map((one) => ({ ...one, url: `http://localhost/library/${c.name}/${one.document}?version=${one.version}&start=${one.start}&end=${one.end}` })), usage: { input_tokens: 1874, output_tokens: 96 }, conversation: conversation.id, trace: trace.trace };
    const events = answer.events();
    events.send('start', { trace: trace.trace, conversation: conversation.id });
    await wait(350 * pace);
    for (const piece of text.match(/[\s\S]{1,6}/g)) {
      if (events.closed()) return undefined;
      events.send('text', { text: piece });
      await wait(25 * pace);
    }
    if (/break|中断/.test(body.question)) {
      events.send('error', { status: 502, code: 'provider_cut', title: 'The provider cut the stream.', detail: 'The connection to the provider ended within the answer.', request_id: 'req_0f3a' });
      return events.end();
    }
    conversation.turns.push({ by: 'user', text: body.question, at: now }, { by: 'application', text, answer_kind, citations: whole.citations, trace: trace.trace, at: now });
    events.send('done', whole);
    return events.end();
  }

  async function handle(request, response) {
    const url = new URL(request.url, 'http://mock');
    const path = url.pathname.replace(/^\/api\//, '');
    const answer = answers(response);
    const token = /gimbal_session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const session = state.sessions.get(token);
    const bytes = await readAll(request);
    if (path === '/v1/chat/completions') {
      if (!session || request.headers['x-gimbal-csrf'] !== session.csrf) return answer.json(401, { error: { message: 'The key is missing.', code: 'credential_missing' } });
      return modelCall(response, bytes, pace, state, gateway.calls);
    }
    for (const [method, pattern, run] of routes) {
      const found = method === request.method && match(pattern, path);
      if (!found) continue;
      const open = method === 'POST' && pattern === 'sessions';
      if (!session && !open) return answer.problem(401, 'credential_missing', 'No valid session.');
      if (!open && method !== 'GET' && request.headers['x-gimbal-csrf'] !== session.csrf) return answer.problem(403, 'csrf_missing', 'The request lacks the session’s token.');
      const multipart = /multipart/.test(request.headers['content-type'] ?? '');
      const c = found.c && collectionOf(found.c);
      const d = found.d && c?.items.find((one) => one.id === found.d || one.key === found.d);
      if ((found.c && !c) || (found.d && !d)) return answer.found(undefined);
      return run({ ...found, c, d, session, request, token, answer, query: url.searchParams, files: multipart ? filesOf(request, bytes) : [], body: !multipart && bytes.length ? JSON.parse(bytes.toString()) : {} });
    }
    return answer.problem(404, 'route_unknown', 'There is no such route.');
  }
  return { handle, state, gateway };
}

function firstConversation(id) {
  const at = new Date(Date.now() - 7_200_000).toISOString();
  const question = '工作满十二年有几天年假？生病怎么请假？';
  const whole = answerFor(question);
  return { id: id('cnv'), collection: 'handbook', title: question, created: at, updated: at, turns: [{ by: 'user', text: question, at }, { by: 'application', text: whole.answer, answer_kind: whole.answer_kind, citations: whole.citations, trace: '0af7651916cd43dd8448eb211c80319c', at }] };
}

function matchesTrace(one, query) {
  const want = (name) => query.get(name);
  const [tag, value] = (want('tag') ?? '').split('=');
  return (!want('status') || one.status === want('status')) && (!want('model') || one.model === want('model')) && (!want('principal') || one.principal === want('principal'))
    && (!want('from') || one.start >= want('from')) && (!want('until') || one.start < want('until')) && (!want('name') || one.name === want('name'))
    && (!tag || one.tags[tag] === value) && (!want('text') || (one.text ?? '').toLowerCase().includes(want('text').toLowerCase()));
}

function match(pattern, path) {
  const wanted = pattern.split('/');
  const given = path.split('/').map(decodeURIComponent);
  if (wanted.length !== given.length) return undefined;
  const found = {};
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith(':')) found[part.slice(1)] = given[at];
    else if (part !== given[at]) return undefined;
  }
  return found;
}

function answers(response) {
  const send = (statusCode, type, body, headers = {}) => {
    response.writeHead(statusCode, { 'content-type': type, 'cache-control': 'no-store', ...headers });
    response.end(body);
  };
  const json = (statusCode, body, headers) => send(statusCode, 'application/json', JSON.stringify(body), headers);
  const problem = (statusCode, code, detail, errors) => send(statusCode, 'application/problem+json', JSON.stringify({ type: `urn:gimbal:${code}`, title: code.replaceAll('_', ' '), status: statusCode, detail, code, ...(errors && { errors }), request_id: 'req_01j9x' }));
  return {
    json,
    problem,
    text: (body, headers) => send(200, 'text/plain; charset=utf-8', body, headers),
    none: (headers) => send(204, 'text/plain', '', headers),
    found: (thing) => (thing ? json(200, thing) : problem(404, 'thing_unknown', 'There is no such thing.')),
    page: (all, query) => {
      const from = Number(query.get('cursor') ?? 0);
      const limit = Number(query.get('limit') ?? 50);
      return json(200, { data: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null });
    },
    events: () => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      let closed = false;
      response.on('close', () => (closed = true));
      return { closed: () => closed, send: (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`), end: () => response.end() };
    },
  };
}

async function readAll(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function filesOf(request, bytes) {
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'])?.[1];
  return bytes.toString().split(`--${boundary}`).flatMap((part) => {
    const found = /filename="([^"]*)"[\s\S]*?\r\n\r\n([\s\S]*)\r\n$/.exec(part);
    return found ? [{ name: found[1], text: found[2] }] : [];
  });
}
