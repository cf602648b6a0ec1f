-- Keys that get another secret, and what calls with a key are tagged with.
ALTER TABLE access.key
  ADD COLUMN rotated_at timestamptz,
  ADD COLUMN tags jsonb NOT NULL DEFAULT '{}';

-- Secrets that a key had before, for as long as they are good beside the one it has.
CREATE TABLE access.old_secret (
  tenant_id uuid NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  key_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, hash),
  FOREIGN KEY (tenant_id, key_id) REFERENCES access.key
);
CREATE INDEX old_secret_key ON access.old_secret (tenant_id, key_id, expires_at);

ALTER TABLE access.old_secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON access.old_secret
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
GRANT SELECT, INSERT, DELETE ON access.old_secret TO gimbal_app;
