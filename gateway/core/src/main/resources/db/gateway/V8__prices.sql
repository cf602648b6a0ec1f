-- What only some models ask for: tiers, sound, units; null: nothing of it.
ALTER TABLE gateway.price ADD COLUMN details jsonb;

-- Models that a tenant called while nobody knew their price.
CREATE TABLE gateway.unpriced_model (
  tenant_id uuid NOT NULL,
  model text NOT NULL,
  first_called timestamptz NOT NULL,
  last_called timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, model)
);

ALTER TABLE gateway.unpriced_model ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.unpriced_model
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.unpriced_model TO gimbal_app;
