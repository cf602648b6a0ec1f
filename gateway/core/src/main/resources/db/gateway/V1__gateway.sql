-- A provider that a tenant declared. Its credential is a reference (env:X, file:PATH) or sealed with
-- the key that key_id names; never both.
CREATE TABLE gateway.provider (
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  dialect text NOT NULL,
  base_url text NOT NULL,
  credential text,
  sealed bytea,
  key_id text,
  created timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name),
  CHECK (credential IS NULL OR sealed IS NULL),
  CHECK ((sealed IS NULL) = (key_id IS NULL))
);

-- What a model costs a tenant from a time on, in nano-USD for a million tokens.
CREATE TABLE gateway.price (
  tenant_id uuid NOT NULL,
  model text NOT NULL,
  valid_from timestamptz NOT NULL,
  input bigint NOT NULL CHECK (input >= 0),
  output bigint NOT NULL CHECK (output >= 0),
  cached_input bigint CHECK (cached_input >= 0),
  PRIMARY KEY (tenant_id, model, valid_from)
);

ALTER TABLE gateway.provider ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.provider
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.price ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.price
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT USAGE ON SCHEMA gateway TO gimbal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.provider, gateway.price TO gimbal_app;
