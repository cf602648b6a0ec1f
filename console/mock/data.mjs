/** Made-up documents, traces and answers in English and Chinese. Development and browser tests only; never shipped. */

export const KEY = 'gmb_mock_administrator';
export const VIEWER_KEY = 'gmb_mock_viewer';
export const OPERATOR_KEY = 'gmb_mock_operator';

export const handbook = `# Travel and expenses

## Booking

Book trains and flights through the travel desk at least seven days ahead. A flight under four hours is booked in economy class; the exception is a doctor's note.

## Meals

The daily allowance for meals is 38 euros within the country and 52 euros abroad. Alcohol is never reimbursed. 🍽️ Receipts above 10 euros are needed.

## Submitting

Hand in expenses within thirty days of the journey. Later claims need the written consent of the head of department, and are refused after ninety days.

| Kind | Limit | Receipt |
|---|---|---|
| Taxi | 60 euros | always |
| Hotel | 140 euros a night | always |
| Meals | 38 euros a day | above 10 euros |

## Damage

Report lost or damaged equipment on the day it is noticed. The insurer is told within three working days by the office manager.
`;

export const leave = `# 员工休假制度

## 年假

员工累计工作已满一年不满十年的，年休假五天；已满十年不满二十年的，年休假十天；已满二十年的，年休假十五天。国家法定休假日、休息日不计入年休假的假期。

## 病假

员工因病需要休息的，应当在当天上午九点前通知直属主管，并在三个工作日内提交医院证明。𠮷田先生负责审核外地医院的证明。

## 产假

女员工生育享受九十八天产假，其中产前可以休假十五天；难产的，增加产假十五天；生育多胞胎的，每多生育一个婴儿，增加产假十五天。
`;

const manual = Array.from({ length: 60 }, (_, at) => `## ${at + 1}. Section ${at + 1}

The pump of station ${at + 1} runs at ${1200 + at * 10} revolutions a minute. When pressure falls below ${(2 + at / 20).toFixed(2)} bar the valve closes by itself, and a technician opens it by hand after the filter has been cleaned. Filters last six months.
`).join('\n');

/** Range of a sentence in code points. */
export function rangeOf(text, sentence) {
  const at = text.indexOf(sentence);
  if (at < 0) throw new Error(`no such sentence: ${sentence}`);
  const start = [...text.slice(0, at)].length;
  return { start, end: start + [...sentence].length };
}

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

function document(id, key, title, format, text, more = {}) {
  const bytes = Buffer.byteLength(text);
  const passages = more.state && more.state !== 'ready' ? 0 : Math.max(1, Math.round(text.length / 400));
  const created = ago(60 * 24 * 9);
  const updated = ago(more.minutes ?? 300);
  const version = more.version ?? 1;
  const base = { id, key, title, format, version, state: 'ready', bytes, passages, metadata: more.metadata ?? {}, created, updated };
  const whole = { ...base, ...(more.state && { state: more.state }), ...(more.error && { error: more.error }) };
  const versions = Array.from({ length: version }, (_, at) => ({
    version: version - at, state: at === 0 ? whole.state : 'ready', format, title, extractor: 'pdfbox 3', characters: [...text].length, passages, bytes, created: ago((at + 1) * 2000),
    ...(at === 0 && more.error && { error: more.error }),
  }));
  return { ...whole, text, versions };
}

export function firstCollections() {
  return [
    {
      id: 'col_01handbook', name: 'handbook', title: 'Company handbook', language: 'en', description: 'Travel, expenses, equipment and leave, as of the autumn revision.', created: ago(60 * 24 * 30),
      items: [
        document('doc_01travel', 'policies/travel-and-expenses.pdf', 'Travel and expenses', 'pdf', handbook, { version: 3, metadata: { department: 'Finance', valid_from: '2026-09-01' } }),
        document('doc_02leave', '制度/员工休假制度.docx', '员工休假制度', 'docx', leave, { minutes: 90, metadata: { 部门: '人力资源' } }),
        document('doc_03pumps', 'manuals/pump-stations.md', 'Pump stations', 'markdown', manual, { minutes: 30 }),
        document('doc_04scan', 'scans/contract-2019-final-signed-copy-of-the-original-agreement.pdf', undefined, 'pdf', '', { state: 'failed', error: { code: 'document_encrypted', message: 'The file is protected by a password.' }, minutes: 12 }),
        document('doc_05sheet', 'figures/q3.xlsx', 'Quarterly figures', 'xlsx', 'Region\tRevenue\nNorth\t1,204\n', { state: 'working', minutes: 1 }),
      ],
    },
    { id: 'col_02law', name: 'labour-law', title: '劳动法规汇编', language: 'zh', description: '国家与地方劳动法规、司法解释，2026 年版。', created: ago(60 * 24 * 3), items: [document('doc_10law', '劳动合同法.html', '劳动合同法', 'html', leave)] },
    { id: 'col_03notes', name: 'team.notes', created: ago(50), items: [] },
  ];
}

export const demonstration = () => [
  document('doc_d1', 'docs/OPERATIONS.md', 'Operations', 'markdown', '# Operations\n\nRun `gimbal backup FILE` to write a snapshot, and `gimbal restore FILE` into an empty database.\n', { minutes: 0 }),
  document('doc_d2', 'README.md', 'Gimbal', 'markdown', '# Gimbal\n\nA gimbal keeps what it carries level while everything around it moves.\n', { minutes: 0 }),
];

/** What the mock answers, by a word in the question. */
export function answerFor(question) {
  const quote = (text, doc, sentences, locators) => sentences.map((sentence, at) => ({
    marker: `[${at + 1}]`, document: doc, version: doc === 'doc_01travel' ? 3 : 1, locator: locators[at], ...rangeOf(text, sentence), quote: sentence,
  }));
  if (/weather|天气/.test(question)) {
    return { answer: 'The documents do not say anything about the weather. Looked for: *weather*, *forecast*. The nearest passage is about equipment [1].', answer_kind: 'refused',
      citations: quote(handbook, 'doc_01travel', ['Report lost or damaged equipment on the day it is noticed.'], [{ page: 3, section: 'Damage' }]) };
  }
  if (/[假休]/.test(question)) {
    return { answer: '员工累计工作**已满十年不满二十年**的，年休假为十天 [1]。因病休假的，应在当天上午九点前通知主管，并在三个工作日内提交医院证明 [2]；外地医院的证明由专人审核 [3]。', answer_kind: 'generated',
      citations: quote(leave, 'doc_02leave', ['已满十年不满二十年的，年休假十天', '应当在当天上午九点前通知直属主管，并在三个工作日内提交医院证明。', '𠮷田先生负责审核外地医院的证明。'], [{ section: '员工休假制度 > 年假' }, { section: '员工休假制度 > 病假' }, { section: '员工休假制度 > 病假' }]) };
  }
  if (/quote|摘录/.test(question)) {
    return { answer: '> Hand in expenses within thirty days of the journey. [1]\n\n> Later claims need the written consent of the head of department, and are refused after ninety days. [2]', answer_kind: 'quoted',
      citations: quote(handbook, 'doc_01travel', ['Hand in expenses within thirty days of the journey.', 'Later claims need the written consent of the head of department, and are refused after ninety days.'], [{ page: 2, section: 'Submitting' }, { page: 2, section: 'Submitting' }]) };
  }
  return { answer: 'The allowance for meals is **38 euros a day** within the country and 52 euros abroad [1]. Receipts are needed above 10 euros [2].\n\n- Taxi: up to 60 euros, always with a receipt\n- Hotel: up to 140 euros a night\n\nSee also ![a picture](https://example.com/track.png) and [the intranet](https://intranet.example/travel). <script>alert(1)</script>', answer_kind: 'generated',
    citations: quote(handbook, 'doc_01travel', ['The daily allowance for meals is 38 euros within the country and 52 euros abroad.', '🍽️ Receipts above 10 euros are needed.'], [{ page: 1, section: 'Meals' }, { page: 1, section: 'Meals' }]) };
}

const hex = (seed, length) => Array.from({ length }, (_, at) => ((seed * 31 + at * 17 + (seed ^ at)) % 16).toString(16)).join('');

export function firstTraces() {
  const questions = ['What is the daily allowance for meals?', '工作满十二年有几天年假？', 'When do filters have to be changed?', 'Which insurer covers lost laptops, and who reports the damage to them within which time?'];
  return Array.from({ length: 130 }, (_, at) => {
    const failed = at % 11 === 4;
    const kind = ['ask', 'search', 'chat', 'ingest'][at % 4];
    return { trace: hex(at + 7, 32), name: kind === 'chat' ? 'POST /v1/chat/completions' : kind, start: ago(at * 37 + 2), took_ms: 180 + ((at * 7919) % 4200), status: failed ? 'error' : 'ok', ...(failed && { error: 'provider_timeout' }),
      principal: ['admin', 'billing-service', 'web-app'][at % 3], ...(kind !== 'search' && kind !== 'ingest' && { model: ['openai/gpt-4.1-mini', 'fake/echo', 'local/bge-small-en'][at % 3] }),
      ...(kind !== 'ingest' && { text: questions[at % 4] }), ...(kind === 'ask' && { cost_usd: (0.00031 * ((at % 5) + 1)).toFixed(6) }), tags: at % 2 ? { team: 'support' } : {} };
  });
}

export function traceDetail(summary) {
  const base = new Date(summary.start).getTime();
  const total = summary.took_ms;
  const at = (share) => new Date(base + total * share).toISOString();
  const span = (id, parent, name, from, length, more = {}) => ({ id: `spn_${id}`, span: id, ...(parent && { parent }), name, start: at(from), took_ms: Math.round(total * length * 10) / 10, attributes: {}, ...more });
  return {
    trace: summary.trace,
    spans: [
      span('a1', undefined, summary.name, 0, 1, { text: summary.text, attributes: { collection: 'handbook', retrieval: 'hybrid', settings: 'sha256:9f2c44d1', answer_kind: 'generated' }, ...(summary.error && { error: summary.error }) }),
      span('b1', 'a1', 'retrieve', 0.01, 0.22, { attributes: { 'passages.found': 12, 'passages.kept': 5 } }),
      span('c1', 'b1', 'embed query', 0.015, 0.05, { model: 'local/bge-small-en-v1.5' }),
      span('c2', 'b1', 'search keyword', 0.07, 0.04, { attributes: { hits: 50, 'took.lucene_ms': 2.1 } }),
      span('c3', 'b1', 'search vector', 0.11, 0.09, { attributes: { hits: 50, k: 50 } }),
      span('b2', 'a1', 'judge sufficiency', 0.24, 0.02, { attributes: { sufficient: true, score: 0.81 } }),
      span('b3', 'a1', 'answer', 0.27, 0.68, { model: 'openai/gpt-4.1-mini', ...(summary.error && { error: summary.error }) }),
      span('b4', 'a1', 'check citations', 0.955, 0.03, { attributes: { checked: 2, refused: 0 } }),
    ],
    calls: [
      { id: `call_${summary.trace.slice(0, 10)}`, trace: summary.trace, span: 'd1', parent: 'b3', principal: summary.principal, kind: 'chat', requested: 'openai/gpt-4.1-mini', model: 'openai/gpt-4.1-mini-2025-04-14', stream: true, items: 1, outcome: summary.error ? 'failed' : 'answered', status: summary.error ? 504 : 200,
        ...(summary.error && { error: summary.error }), input_tokens: 1874, cached_tokens: 1024, output_tokens: 96, estimated: false, reserved_usd: '0.004100', cost_usd: '0.000903', first_byte_ms: Math.round(total * 0.2), took_ms: Math.round(total * 0.66), tags: { team: 'support' }, at: at(0.28),
        content: { input: { model: 'openai/gpt-4.1-mini', messages: [{ role: 'system', content: 'Answer from the passages only.' }, { role: 'user', content: summary.text ?? '' }] }, output: { choices: [{ message: { role: 'assistant', content: 'The allowance is 38 euros a day [1].' } }] } } },
    ],
  };
}

export function firstKeys() {
  return [
    { id: 'key_01admin', name: 'admin', role: 'administrator', created: ago(60 * 24 * 40), last_used_at: ago(0.2), prefix: 'gmb_7fQ2' },
    { id: 'key_02billing', name: 'billing-service', role: 'viewer', created: ago(60 * 24 * 12), last_used_at: ago(14), requests_per_minute: 120, prefix: 'gmb_Kd91', tags: { team: 'billing', feature: 'invoices' }, rotated_at: ago(60 * 5), old_secret_until: new Date(Date.now() + 19 * 3_600_000).toISOString() },
    { id: 'key_04old', name: 'old-report', role: 'viewer', created: ago(60 * 24 * 200), expires_at: ago(60 * 24), last_used_at: ago(60 * 30), prefix: 'gmb_R1st' },
    { id: 'key_03ci', name: 'ci-pipeline', role: 'developer', created: ago(60 * 24 * 2), expires_at: new Date(Date.now() + 88 * 86_400_000).toISOString(), prefix: 'gmb_x0Pw' },
  ];
}

export const status = (started) => ({
  version: '0.1.0', uptime_seconds: Math.round((Date.now() - started) / 1000) + 93_784, ready: true,
  database: { kind: 'embedded', version: '18.6', durable: true, size_bytes: 184_213_504, connections: 6, connections_limit: 20 },
  ledger: { writable: true, appended: 18_231, behind: 0, segment_bytes: 7_340_032, oldest_ms: 0 },
  ingestion: { running: 1, waiting: 3, passages_per_second: 31.4, failed: 1 },
  models: [{ name: 'local/bge-small-en-v1.5', kind: 'embedding', ready: true }],
  memory: { heap_used_bytes: 211_812_352, heap_limit_bytes: 1_073_741_824, resident_bytes: 402_653_184 },
  disk: { data_bytes: 1_203_765_248, free_bytes: 48_318_382_080 },
});

export const models = [
  { name: 'local/bge-small-en-v1.5', kind: 'embedding', dimensions: 384, max_tokens: 512, scripted: false },
  { name: 'local/bge-small-zh-v1.5', kind: 'embedding', dimensions: 512, max_tokens: 512, scripted: false },
  { name: 'openai/gpt-4.1-mini', kind: 'chat', max_tokens: 1_047_576, scripted: false },
  { name: 'fake/echo', kind: 'chat', scripted: true },
  { name: 'anthropic/claude-sonnet-4.5', kind: 'chat', max_tokens: 200_000, scripted: false },
  { name: 'support-fast', kind: 'chat', scripted: false },
  { name: 'app:handbook', kind: 'chat', scripted: false },
];

const viewing = ['models.call', 'models.read', 'collections.read', 'documents.read', 'jobs.read', 'feedback.write', 'status.read'];
const developing = [...viewing, 'collections.write', 'documents.write', 'jobs.write', 'traces.read', 'metrics.read', 'providers.write', 'prices.write', 'calls.cancel', 'routes.write', 'budgets.read', 'guards.read', 'cache.read', 'cache.write', 'alerts.read', 'alerts.acknowledge'];
const administering = [...developing, 'alerts.write', 'budgets.write', 'guards.write', 'keys.read', 'keys.write', 'audit.read'];
export const roles = [
  { name: 'viewer', rights: viewing },
  { name: 'developer', rights: developing },
  { name: 'administrator', rights: administering },
  { name: 'operator', rights: [...administering, 'tenants.read', 'tenants.write'] },
];
