-- What calls cost by the hour, by one thing at a time: `dimension` is a column of observability.call
-- and `name` its value. The ledger's writer adds a call here in the transaction that writes its row;
-- an application's own call is not in it. `day` is the day of the calls' ids (UTC): their partition,
-- with which they go.
CREATE TABLE observability.cost_hour (
  tenant_id uuid NOT NULL,
  dimension text NOT NULL,
  hour timestamptz NOT NULL,
  day date NOT NULL,
  name text NOT NULL,
  calls bigint NOT NULL,
  failed bigint NOT NULL,
  unpriced bigint NOT NULL,
  -- null: of none of them the cost is known
  nano_usd numeric,
  input numeric NOT NULL,
  cached numeric NOT NULL,
  output numeric NOT NULL
) WITH (fillfactor = 70);
-- A name may be longer than an index holds.
CREATE UNIQUE INDEX cost_hour_cell
  ON observability.cost_hour (tenant_id, dimension, hour, day, md5(name));
CREATE INDEX cost_hour_day ON observability.cost_hour (day);

ALTER TABLE observability.cost_hour ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON observability.cost_hour
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
GRANT SELECT ON observability.cost_hour TO gimbal_app;

-- Whatever was written before. Nobody writes meanwhile.
LOCK TABLE observability.call IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO observability.cost_hour (tenant_id, dimension, hour, day, name, calls, failed, unpriced,
  nano_usd, input, cached, output)
SELECT c.tenant_id, d.dimension, date_trunc('hour', c.at, 'UTC'),
  (to_timestamp(('x' || substr(replace(c.id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000)
    AT TIME ZONE 'UTC')::date,
  d.name, count(*), count(*) FILTER (WHERE c.outcome IN ('failed', 'unknown')),
  count(*) FILTER (WHERE c.cost_nano_usd IS NULL AND c.outcome <> 'refused'),
  sum(c.cost_nano_usd), coalesce(sum(c.input_tokens), 0), coalesce(sum(c.cached_tokens), 0),
  coalesce(sum(c.output_tokens), 0)
FROM observability.call c
CROSS JOIN LATERAL (VALUES ('kind', c.kind), ('model', c.model), ('principal', c.principal),
  ('requested', c.requested)) AS d (dimension, name)
WHERE c.kind <> 'application'
GROUP BY 1, 2, 3, 4, 5;
