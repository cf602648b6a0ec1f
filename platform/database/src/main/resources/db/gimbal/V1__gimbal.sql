-- What every room stands on: the role of application transactions, the tenant of the current one,
-- and the change log.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gimbal_app') THEN
    BEGIN
      CREATE ROLE gimbal_app NOLOGIN;
    EXCEPTION
      -- Roles belong to the server: another database of it was faster.
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT gimbal_app TO %I', current_user);
  END IF;
END
$$;

-- The tenant that the transaction was opened for; null in a transaction of none, so that a policy
-- that compares with it lets nothing through.
CREATE FUNCTION gimbal.tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('gimbal.tenant', true), '')::uuid;

-- "Read this id again". Read across tenants by each node, oldest transaction first, so the key
-- starts with the transaction and not with the tenant.
CREATE TABLE gimbal.change (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id uuid NOT NULL,
  topic text NOT NULL,
  id text NOT NULL,
  logged timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (xid, seq)
);

-- How far entries were trimmed: a reader that stands before it has missed some.
CREATE TABLE gimbal.change_floor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  xid xid8 NOT NULL
);

INSERT INTO gimbal.change_floor (xid) VALUES ('0');

-- What each room's schema was last brought up to: a hash over its migrations.
CREATE TABLE gimbal.migrated (
  room text PRIMARY KEY,
  migrations text NOT NULL
);

ALTER TABLE gimbal.change ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gimbal.change
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT USAGE ON SCHEMA gimbal TO gimbal_app;
GRANT INSERT ON gimbal.change TO gimbal_app;
