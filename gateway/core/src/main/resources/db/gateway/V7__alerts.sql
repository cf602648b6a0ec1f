-- Something that somebody should know of. One occasion is one alert, whichever node tells it first.
CREATE TABLE gateway.alert (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('budget', 'surge', 'provider')),
  occasion text NOT NULL,
  subject text NOT NULL,
  title text NOT NULL,
  detail jsonb NOT NULL,
  raised timestamptz NOT NULL,
  acknowledged timestamptz,
  acknowledged_by text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, kind, occasion)
);

-- Where a tenant's alerts go. The signing secret is a reference (env:X, file:PATH) or sealed with
-- the key that key_id names; never both.
CREATE TABLE gateway.alert_channel (
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  declaration jsonb NOT NULL,
  secret text,
  sealed bytea,
  key_id text,
  version bigint NOT NULL CHECK (version >= 1),
  created timestamptz NOT NULL,
  updated timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name),
  CHECK (secret IS NULL OR sealed IS NULL),
  CHECK ((sealed IS NULL) = (key_id IS NULL))
);

-- An alert on its way to a channel. Whoever takes it moves due ahead and counts an attempt in one
-- statement: nobody else takes it until then, and an outcome is only written by the latest attempt.
CREATE TABLE gateway.alert_delivery (
  tenant_id uuid NOT NULL,
  alert_id uuid NOT NULL,
  channel text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
  attempts integer NOT NULL DEFAULT 0,
  due timestamptz NOT NULL,
  error text,
  ended timestamptz,
  PRIMARY KEY (tenant_id, alert_id, channel),
  FOREIGN KEY (tenant_id, alert_id) REFERENCES gateway.alert (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX alert_delivery_due ON gateway.alert_delivery (tenant_id, due) WHERE state = 'waiting';

-- What was spent in an hour: in all, by a key, for a route. Every node adds its part.
CREATE TABLE gateway.spend_hour (
  tenant_id uuid NOT NULL,
  series text NOT NULL CHECK (series IN ('tenant', 'key', 'route')),
  name text NOT NULL,
  hour timestamptz NOT NULL,
  nano_usd bigint NOT NULL,
  PRIMARY KEY (tenant_id, series, name, hour)
);

-- When a tenant's spend is a surge; without a row the defaults hold.
CREATE TABLE gateway.surge_setting (
  tenant_id uuid PRIMARY KEY,
  enabled boolean NOT NULL,
  score double precision NOT NULL CHECK (score BETWEEN 2 AND 100),
  least_nano_usd bigint NOT NULL CHECK (least_nano_usd >= 0),
  keys boolean NOT NULL,
  routes boolean NOT NULL,
  version bigint NOT NULL CHECK (version >= 1)
);

ALTER TABLE gateway.alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.alert
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.alert_channel ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.alert_channel
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.alert_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.alert_delivery
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.spend_hour ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.spend_hour
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.surge_setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.surge_setting
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.alert, gateway.alert_channel,
  gateway.alert_delivery, gateway.spend_hour, gateway.surge_setting TO gimbal_app;
