-- What a person thought of an answer: one opinion a principal and trace, the latest.
CREATE TABLE evaluation.feedback (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  trace_id text NOT NULL CHECK (trace_id ~ '^[0-9a-f]{32}$'),
  principal text NOT NULL,
  up boolean NOT NULL,
  comment text CHECK (char_length(comment) <= 2000),
  created timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, trace_id, principal)
);

ALTER TABLE evaluation.feedback ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON evaluation.feedback
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
GRANT USAGE ON SCHEMA evaluation TO gimbal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.feedback TO gimbal_app;
