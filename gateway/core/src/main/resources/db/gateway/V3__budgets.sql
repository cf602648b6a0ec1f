-- How much of something may be used in a window by whom: a budget, one of the numbers of a limit,
-- or the requests a minute of a key. What is used of it is in gateway.lease, by its id, so that a
-- changed amount zeroes nothing. window_start is the present window's start in milliseconds since
-- 1970 (0: windows that do not begin); it only goes forward, under this row's lock.
CREATE TABLE gateway.spending_limit (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  resource text NOT NULL CHECK (resource IN ('budget', 'limit', 'key')),
  name text NOT NULL,
  scope_kind text NOT NULL CHECK (scope_kind IN ('tenant', 'user', 'key', 'app', 'route')),
  scope_name text NOT NULL,
  unit text NOT NULL CHECK (unit IN ('nano_usd', 'tokens', 'requests', 'parallel')),
  amount bigint NOT NULL CHECK (amount >= 0),
  period text NOT NULL CHECK (period IN ('hour', 'day', 'month', 'total', 'rolling', 'running')),
  period_seconds bigint CHECK (period_seconds > 0),
  hard boolean NOT NULL,
  alert_at double precision[] NOT NULL DEFAULT '{}',
  window_start bigint NOT NULL DEFAULT 0,
  epochs bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 1,
  created timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, resource, name, unit),
  CHECK ((period IN ('rolling', 'running')) = (period_seconds IS NOT NULL))
);

-- What one node (a process from start to end) holds of one window of a limit. The sum of held never
-- exceeds the amount by a grant. Times are milliseconds since 1970 by this database's clock.
CREATE TABLE gateway.lease (
  tenant_id uuid NOT NULL,
  limit_id uuid NOT NULL,
  window_start bigint NOT NULL,
  node uuid NOT NULL,
  epoch bigint NOT NULL,
  sequence bigint NOT NULL,
  held bigint NOT NULL CHECK (held >= 0),
  spent bigint NOT NULL CHECK (spent >= 0),
  reserved bigint NOT NULL CHECK (reserved >= 0),
  expires bigint NOT NULL,
  PRIMARY KEY (tenant_id, limit_id, window_start, node),
  FOREIGN KEY (tenant_id, limit_id)
    REFERENCES gateway.spending_limit (tenant_id, id) ON DELETE CASCADE
);

-- A share of a limit that was reached in a window, told once.
CREATE TABLE gateway.budget_alert (
  tenant_id uuid NOT NULL,
  limit_id uuid NOT NULL,
  window_start bigint NOT NULL,
  share double precision NOT NULL,
  spent bigint NOT NULL,
  amount bigint NOT NULL,
  raised timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, limit_id, window_start, share),
  FOREIGN KEY (tenant_id, limit_id)
    REFERENCES gateway.spending_limit (tenant_id, id) ON DELETE CASCADE
);

ALTER TABLE gateway.spending_limit ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.spending_limit
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.lease ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.lease
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE gateway.budget_alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON gateway.budget_alert
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT SELECT, INSERT, UPDATE, DELETE
  ON gateway.spending_limit, gateway.lease, gateway.budget_alert TO gimbal_app;
