-- Who may do what. Secrets (keys, session cookies) are here as SHA-256 hashes only.

CREATE TABLE access.tenant (
  tenant_id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  title text,
  -- Counts changes of what the tenant's principals may do. Nodes compare it with what they have in
  -- memory; a change takes the row first, so that changes of one tenant run one after the other.
  version bigint NOT NULL DEFAULT 0,
  created timestamptz NOT NULL
);

CREATE TABLE access.key (
  tenant_id uuid NOT NULL REFERENCES access.tenant,
  id uuid NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  -- The beginning of the key, to recognise it by.
  prefix text NOT NULL,
  requests_per_minute integer CHECK (requests_per_minute > 0),
  created timestamptz NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, hash)
);
CREATE UNIQUE INDEX key_name ON access.key (tenant_id, name) WHERE revoked_at IS NULL;

CREATE TABLE access.session (
  tenant_id uuid NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  key_id uuid NOT NULL,
  created timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, hash),
  FOREIGN KEY (tenant_id, key_id) REFERENCES access.key
);
CREATE INDEX session_key ON access.session (tenant_id, key_id, created);

CREATE TABLE access.audit (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  principal text NOT NULL,
  principal_kind text NOT NULL CHECK (principal_kind IN ('user', 'service', 'system')),
  action text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE access.idempotency (
  tenant_id uuid NOT NULL,
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  started timestamptz NOT NULL,
  -- Null while the request runs.
  status integer,
  answer text,
  PRIMARY KEY (tenant_id, principal, route, key)
);
CREATE INDEX idempotency_age ON access.idempotency (tenant_id, started);

DO $$
DECLARE
  tenants_table text;
BEGIN
  FOREACH tenants_table IN ARRAY ARRAY['tenant', 'key', 'session', 'audit', 'idempotency'] LOOP
    EXECUTE format('ALTER TABLE access.%I ENABLE ROW LEVEL SECURITY', tenants_table);
    EXECUTE format(
      'CREATE POLICY tenant ON access.%I
         USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant())',
      tenants_table);
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA access TO gimbal_app;
GRANT SELECT, INSERT, UPDATE ON access.tenant, access.key TO gimbal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON access.session, access.idempotency TO gimbal_app;
-- What was written down stays: an application transaction can neither change nor remove it.
GRANT SELECT, INSERT ON access.audit TO gimbal_app;
