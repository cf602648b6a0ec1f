/** The shapes of the gateway's resources. Absent fields are absent, never null. */

export interface RunningCall {
  id: string;
  principal: string;
  kind: string;
  model: string;
  stream: boolean;
  tags: Record<string, string>;
  since: string;
}

export interface CredentialView {
  name: string;
  credential: string;
  requests_per_minute?: number;
  tokens_per_minute?: number;
  parallel_calls?: number;
}

export interface Provider {
  name: string;
  dialect?: string;
  base_url?: string;
  credential?: string;
  credentials?: CredentialView[];
  parallel_calls?: number;
  queue?: number;
  shared: boolean;
  version?: number;
  created?: string;
  changed?: string;
}

export interface ModelHealth {
  model: string;
  breaker: 'closed' | 'open' | 'half_open' | string;
  failure_rate: number;
  slow_rate: number;
  counted: number;
  latency_millis?: number;
  in_flight: number;
  calls: number;
  retry_in_millis?: number;
  last_failure?: string;
  last_failure_at?: string;
}

export interface CredentialHealth {
  name: string;
  in_flight: number;
  requests_last_minute: number;
  tokens_last_minute: number;
  rests_for_millis?: number;
}

export interface ProviderHealth {
  provider: string;
  parallel?: number;
  waiting?: number;
  models: ModelHealth[];
  credentials: CredentialHealth[];
}

export interface Bounds {
  least?: number;
  most?: number;
}

export interface When {
  keys?: string[];
  users?: string[];
  roles?: string[];
  tags?: Record<string, string[]>;
  bytes?: Bounds;
  tokens?: Bounds;
  languages?: string[];
  time?: { zone: string; days?: string[]; from?: string; to?: string };
}

export interface Target {
  model: string;
  weight?: number;
  context_tokens?: number;
  capabilities?: string[];
  when?: When;
}

export interface RouteShape {
  name?: string;
  targets: Target[];
  policy?: string;
  sticky?: { by: string; name?: string };
  escalation?: { check: string; below?: number; judge?: string };
  retries?: number;
  time_limits?: TimeLimits;
}

/** Milliseconds; what is absent is as for every other call. */
export interface TimeLimits {
  connect_millis?: number;
  first_byte_millis?: number;
  silence_millis?: number;
  whole_millis?: number;
}

export interface Route extends RouteShape {
  name: string;
  policy: string;
  version: number;
  created: string;
  changed: string;
}

export interface Saving {
  day: string;
  kept: number;
  escalated: number;
  saved_usd: string;
  lost_usd: string;
}

export type ScopeKind = 'tenant' | 'user' | 'key' | 'app' | 'route';
export type Scope = Partial<Record<ScopeKind, string>>;

export interface Budget {
  name: string;
  scope: Scope;
  limit_usd?: string;
  limit_tokens?: number;
  period: string;
  rolling_seconds?: number;
  hard: boolean;
  alert_at: number[];
  reserved_usd?: string;
  reserved_tokens?: number;
  spent_usd?: string;
  spent_tokens?: number;
  left_usd?: string;
  left_tokens?: number;
  window_start?: string;
  window_end?: string;
  alerts: { share: number; spent_usd?: string; spent_tokens?: number; at: string }[];
  created: string;
}

export interface Limit {
  name: string;
  scope: Scope;
  requests_per_minute?: number;
  tokens_per_minute?: number;
  parallel_calls?: number;
  requests_used?: number;
  tokens_used?: number;
  parallel_used?: number;
  created: string;
}

export interface GuardBody {
  name: string;
  kind: string;
  places: string[];
  action: string;
  on_failure?: string;
  deadline_millis?: number;
  applies_to?: { principals?: string[]; models?: string[]; apps?: string[] };
  settings?: Record<string, unknown>;
}

export interface Guard extends GuardBody {
  on_failure: string;
  deadline_millis: number;
  settings: Record<string, unknown>;
  version: number;
  created: string;
  updated: string;
}

export interface Checked {
  refused: boolean;
  text?: string;
  verdicts: { guard: string; kind: string; place: string; outcome: string; found: Record<string, number> }[];
}

export interface CachePolicy {
  route: string;
  exact: boolean;
  semantic: boolean;
  ttl_seconds: number;
  most_bytes: number;
  most_temperature?: number;
  several: boolean;
  tool_calls: boolean;
  prompt_marks: boolean;
  prompt_most_tokens?: number;
  version: number;
}

export interface CacheCounts {
  hits: number;
  similar: number;
  shared: number;
  misses: number;
  passed: number;
  refused: number;
  hit_rate: number;
  saved_usd: string;
  saved_unknown: number;
  answers: number;
  bytes: number;
  threshold: number;
}

export interface CacheRoute {
  route: string;
  policy?: CachePolicy;
  counts?: CacheCounts;
}

export interface Alert {
  id: string;
  kind: 'budget' | 'surge' | 'provider' | string;
  subject: string;
  title: string;
  detail: Record<string, unknown>;
  state: 'open' | 'acknowledged' | string;
  raised: string;
  acknowledged?: string;
  acknowledged_by?: string;
  deliveries?: { channel: string; state: string; attempts: number; error?: string; ended?: string }[];
}

export interface Channel {
  name: string;
  kind: 'webhook' | 'email' | string;
  url?: string;
  secret?: string;
  recipients: string[];
  alerts: string[];
  version: number;
  created: string;
  updated: string;
}

/** What came of a test of a channel. */
export interface Tested {
  sent: boolean;
  said: string;
  took_ms: number;
}

export interface Surge {
  enabled: boolean;
  score: number;
  least_usd: string;
  keys: boolean;
  routes: boolean;
  version: number;
}
