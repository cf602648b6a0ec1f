-- How far each journal has been written here. Owner only.
CREATE TABLE observability.journal (
  id uuid PRIMARY KEY,
  place bigint NOT NULL,
  changed timestamptz NOT NULL DEFAULT now()
);

-- Calls that a journal has opened and not yet settled at its place. Owner only.
CREATE TABLE observability.opened (
  tenant_id uuid NOT NULL,
  journal uuid NOT NULL,
  id uuid NOT NULL,
  entry bytea NOT NULL,
  PRIMARY KEY (tenant_id, journal, id)
);

CREATE TABLE observability.call (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  parent uuid,
  trace_id text NOT NULL,
  span_id text NOT NULL,
  parent_span_id text,
  principal text NOT NULL,
  kind text NOT NULL,
  requested text NOT NULL,
  model text NOT NULL,
  stream boolean NOT NULL,
  items integer NOT NULL,
  outcome text NOT NULL,
  status integer,
  error text,
  input_tokens bigint,
  cached_tokens bigint,
  output_tokens bigint,
  estimated boolean NOT NULL,
  reserved_nano_usd bigint,
  cost_nano_usd bigint,
  original_amount numeric,
  original_currency text,
  original_rate numeric,
  original_rate_on date,
  first_byte_us bigint,
  took_us bigint,
  tags jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX call_trace ON observability.call (tenant_id, trace_id);
CREATE TABLE observability.call_default PARTITION OF observability.call DEFAULT;

CREATE TABLE observability.span (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  trace_id text NOT NULL,
  span_id text NOT NULL,
  parent_span_id text,
  root boolean NOT NULL,
  name text NOT NULL,
  principal text NOT NULL,
  model text,
  error text,
  attributes jsonb NOT NULL,
  tags jsonb NOT NULL,
  text text,
  -- words and Chinese bigrams of a root's text, each behind a short form of the tenant, so that
  -- one tenant's search does not wade through the others' matches
  tokens text[],
  start timestamptz NOT NULL,
  took_us bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX span_trace ON observability.span (tenant_id, trace_id);
CREATE INDEX span_root ON observability.span (tenant_id, id) WHERE root;
CREATE INDEX span_tokens ON observability.span USING gin (tokens) WHERE root;
CREATE TABLE observability.span_default PARTITION OF observability.span DEFAULT;

CREATE TABLE observability.content (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  direction text NOT NULL,
  body bytea NOT NULL,
  complete boolean NOT NULL,
  hashed boolean NOT NULL,
  data_key_id uuid,
  PRIMARY KEY (tenant_id, id, direction)
) PARTITION BY RANGE (id);
CREATE TABLE observability.content_default PARTITION OF observability.content DEFAULT;

ALTER TABLE observability.journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE observability.opened ENABLE ROW LEVEL SECURITY;
ALTER TABLE observability.call ENABLE ROW LEVEL SECURITY;
ALTER TABLE observability.span ENABLE ROW LEVEL SECURITY;
ALTER TABLE observability.content ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON observability.call
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON observability.span
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON observability.content
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

-- Evidence is written by the ledger's writer alone, as the owner; rooms and requests only read it.
GRANT USAGE ON SCHEMA observability TO gimbal_app;
GRANT SELECT ON observability.call, observability.span, observability.content TO gimbal_app;
