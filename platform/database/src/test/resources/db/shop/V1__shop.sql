CREATE TABLE shop.item (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE shop.item ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON shop.item
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
GRANT USAGE ON SCHEMA shop TO gimbal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.item TO gimbal_app;
