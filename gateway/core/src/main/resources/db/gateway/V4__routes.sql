-- A route as it was declared, whole: it is read and written as one.
CREATE TABLE gateway.route (
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  version bigint NOT NULL,
  declaration jsonb NOT NULL,
  created timestamptz NOT NULL,
  changed timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

-- What a route saved in a day by asking a small model first; money in nano-USD.
CREATE TABLE gateway.route_saving (
  tenant_id uuid NOT NULL,
  route text NOT NULL,
  day date NOT NULL,
  kept bigint NOT NULL,
  escalated bigint NOT NULL,
  saved bigint NOT NULL,
  lost bigint NOT NULL,
  PRIMARY KEY (tenant_id, route, day)
);

-- How many calls a provider takes at a time and how many may wait; null: as many as come, none.
ALTER TABLE gateway.provider ADD COLUMN parallel_calls integer CHECK (parallel_calls > 0);
ALTER TABLE gateway.provider ADD COLUMN queue integer CHECK (queue >= 0);

-- Credentials of a provider beside its own, each with its limits. Kept like the provider's.
CREATE TABLE gateway.provider_credential (
  tenant_id uuid NOT NULL,
  provider text NOT NULL,
  name text NOT NULL,
  place integer NOT NULL,
  credential text,
  sealed bytea,
  key_id text,
  requests_per_minute integer CHECK (requests_per_minute > 0),
  tokens_per_minute bigint CHECK (tokens_per_minute > 0),
  parallel_calls integer CHECK (parallel_calls > 0),
  PRIMARY KEY (tenant_id, provider, name),
  FOREIGN KEY (tenant_id, provider) REFERENCES gateway.provider (tenant_id, name)
    ON DELETE CASCADE,
  CHECK ((credential IS NULL) <> (sealed IS NULL)),
  CHECK ((sealed IS NULL) = (key_id IS NULL))
);

-- By which credential a stored or encrypted item of the responses dialect was made.
CREATE TABLE gateway.item_pin (
  tenant_id uuid NOT NULL,
  item text NOT NULL,
  provider text NOT NULL,
  credential text NOT NULL,
  created timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, item)
);
CREATE INDEX item_pin_created ON gateway.item_pin (tenant_id, created);

ALTER TABLE gateway.route ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.route
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.route_saving ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.route_saving
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.provider_credential ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.provider_credential
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.item_pin ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.item_pin
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.route, gateway.route_saving,
  gateway.provider_credential, gateway.item_pin TO gimbal_app;
