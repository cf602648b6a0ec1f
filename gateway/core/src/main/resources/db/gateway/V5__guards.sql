-- A guard that a tenant declared, as the API says it.
CREATE TABLE gateway.guard (
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  declaration jsonb NOT NULL,
  version bigint NOT NULL CHECK (version >= 1),
  created timestamptz NOT NULL,
  updated timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

ALTER TABLE gateway.guard ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.guard
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.guard TO gimbal_app;
