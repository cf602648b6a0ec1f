/** The shapes of the server's JSON, as its routes promise them. Absent fields are absent, never null. */

export interface Page<T> {
  data: T[];
  next: string | null;
}

export interface Principal {
  id: string;
  name: string;
  role: string;
  tenant: string;
  kind: string;
}

export interface Session {
  principal: Principal;
  csrf: string;
  rights: string[];
}

export interface Collection {
  id: string;
  name: string;
  title?: string;
  language?: string;
  description?: string;
  documents: number;
  passages: number;
  created: string;
}

export type DocumentState = 'waiting' | 'working' | 'ready' | 'failed';

export interface Failure {
  code: string;
  message: string;
}

export interface Document {
  id: string;
  key: string;
  title?: string;
  format?: string;
  version: number;
  state: DocumentState;
  error?: Failure;
  bytes?: number;
  passages?: number;
  metadata?: Record<string, unknown>;
  created: string;
  updated: string;
}

export interface DocumentVersion {
  version: number;
  state: DocumentState;
  format?: string;
  title?: string;
  extractor?: string;
  characters?: number;
  passages?: number;
  bytes?: number;
  created: string;
  error?: Failure;
}

export interface UploadAccepted {
  job?: string;
  documents: { id: string; key: string; version: number; state: DocumentState }[];
}

export interface Job {
  id: string;
  kind: string;
  state: string;
  done: number;
  total: number;
  failed: number;
  failures?: { item: string; code: string; message: string }[];
  created: string;
  ended?: string;
}

export interface Locator {
  page?: number;
  slide?: number;
  sheet?: string;
  cells?: string;
  section?: string;
  line?: number;
}

export type Retrieval = 'hybrid' | 'keyword' | 'vector';

export interface SearchResult {
  document: string;
  version: number;
  title?: string;
  locator?: Locator;
  start: number;
  end: number;
  text: string;
  score: number;
  scores?: Record<string, number>;
}

export interface SearchAnswer {
  results: SearchResult[];
  trace?: string;
}

export type AnswerKind = 'generated' | 'quoted' | 'refused';

export interface Citation {
  marker: string | number;
  document: string;
  version: number;
  title?: string;
  locator?: Locator;
  start: number;
  end: number;
  quote?: string;
  url?: string;
}

export interface Answer {
  answer: string;
  answer_kind: AnswerKind;
  citations: Citation[];
  usage?: Record<string, unknown>;
  conversation?: string;
  trace?: string;
}

export interface Turn {
  by: 'user' | 'application';
  text: string;
  answer_kind?: AnswerKind;
  citations?: Citation[];
  trace?: string;
  at?: string;
}

export interface ConversationSummary {
  id: string;
  collection: string;
  title?: string;
  created: string;
  updated: string;
}

export interface Conversation extends ConversationSummary {
  turns: Turn[];
}

export interface Key {
  id: string;
  name: string;
  role: string;
  created: string;
  expires_at?: string;
  last_used_at?: string;
  requests_per_minute?: number;
  prefix?: string;
  tags?: Record<string, string>;
  rotated_at?: string;
  /** Until when a secret that it had before is good. */
  old_secret_until?: string;
}

export interface CreatedKey {
  id: string;
  name: string;
  key: string;
}

export interface RotatedKey extends CreatedKey {
  old_secret_until?: string;
}

export interface Role {
  name: string;
  rights: string[];
}

export interface Call {
  id: string;
  trace?: string;
  span?: string;
  parent?: string;
  principal?: string;
  kind: string;
  requested?: string;
  model?: string;
  stream?: boolean;
  items?: number;
  outcome?: string;
  status?: number;
  error?: string;
  input_tokens?: number;
  cached_tokens?: number;
  output_tokens?: number;
  estimated?: boolean;
  reserved_usd?: string;
  cost_usd?: string;
  first_byte_ms?: number;
  took_ms?: number;
  tags?: Record<string, string>;
  /** What the cache said; only where one call is asked for. */
  cache?: string;
  at: string;
  /** Each time that a target was asked, where there was more than one; only where one call is asked for. */
  attempts?: CallAttempt[];
  content?: { input?: unknown; output?: unknown };
}

export interface CallAttempt {
  number: number;
  target: string;
  credential: string;
  /** `succeeded`, `judged REASON`, or how it failed. */
  ended: string;
  error?: string;
  millis: number;
  cost_usd?: string;
}

export interface TraceSummary {
  trace: string;
  name: string;
  start: string;
  took_ms?: number;
  status: 'ok' | 'error' | string;
  error?: string;
  principal?: string;
  model?: string;
  text?: string;
  cost_usd?: string;
  tags?: Record<string, string>;
}

export interface Span {
  id?: string;
  span: string;
  parent?: string;
  name: string;
  start: string;
  took_ms?: number;
  error?: string;
  attributes?: Record<string, unknown>;
  model?: string;
  text?: string;
}

export interface Trace {
  trace: string;
  spans: Span[];
  calls: Call[];
}

export interface Model {
  name: string;
  kind: 'chat' | 'embedding' | string;
  dimensions?: number;
  max_tokens?: number;
  scripted?: boolean;
}

export interface Status {
  version?: string;
  uptime_seconds?: number;
  ready?: boolean;
  [part: string]: unknown;
}
