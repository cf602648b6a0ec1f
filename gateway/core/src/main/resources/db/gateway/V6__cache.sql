-- What is kept of the answers of a route; the route `*` stands for every one without its own row.
-- The prompt_* columns say what is done with the calls of a route that go to a provider.
CREATE TABLE gateway.cache_policy (
  tenant_id uuid NOT NULL,
  route text NOT NULL,
  exact boolean NOT NULL,
  semantic boolean NOT NULL,
  ttl_seconds bigint NOT NULL CHECK (ttl_seconds > 0),
  most_bytes bigint NOT NULL CHECK (most_bytes > 0),
  most_temperature double precision,
  several boolean NOT NULL,
  tool_calls boolean NOT NULL,
  prompt_marks boolean NOT NULL,
  prompt_most_tokens bigint CHECK (prompt_most_tokens > 0),
  version bigint NOT NULL,
  PRIMARY KEY (tenant_id, route)
);

-- What somebody said of an answer that was given because the question meant the same. The threshold
-- of a route is learnt from these, oldest first; ids are ordered by time.
CREATE TABLE gateway.cache_mark (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  route text NOT NULL,
  call_id text NOT NULL,
  similarity double precision NOT NULL,
  wrong boolean NOT NULL,
  marked timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, call_id)
);
CREATE INDEX cache_mark_route ON gateway.cache_mark (tenant_id, route, id);

ALTER TABLE gateway.cache_policy ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.cache_policy
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.cache_mark ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.cache_mark
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.cache_policy, gateway.cache_mark TO gimbal_app;
