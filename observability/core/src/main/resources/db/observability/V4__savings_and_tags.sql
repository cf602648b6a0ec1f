-- What a call would have cost beyond its cost without the cache or a small model that was asked
-- first; below zero where that was asked in vain.
ALTER TABLE observability.call ADD COLUMN saved_nano_usd bigint;
ALTER TABLE observability.cost_hour ADD COLUMN saved numeric NOT NULL DEFAULT 0;

-- Two dimensions more: `tags` (all tags of a call as JSON) and `application` (that of the call above
-- it; empty: none). A row of the dimension `tags_many` says that the tags of its hour are not all
-- added up, there being too many sets of them. Every sum is made anew; nobody writes meanwhile.
LOCK TABLE observability.call IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM observability.cost_hour;
INSERT INTO observability.cost_hour (tenant_id, dimension, hour, day, name, calls, failed, unpriced,
  nano_usd, saved, input, cached, output)
SELECT c.tenant_id, d.dimension, date_trunc('hour', c.at, 'UTC'),
  (to_timestamp(('x' || substr(replace(c.id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000)
    AT TIME ZONE 'UTC')::date,
  d.name, count(*), count(*) FILTER (WHERE c.outcome IN ('failed', 'unknown')),
  count(*) FILTER (WHERE c.cost_nano_usd IS NULL AND c.outcome <> 'refused'),
  sum(c.cost_nano_usd), coalesce(sum(c.saved_nano_usd), 0), coalesce(sum(c.input_tokens), 0),
  coalesce(sum(c.cached_tokens), 0), coalesce(sum(c.output_tokens), 0)
FROM observability.call c
LEFT JOIN observability.call p
  ON p.tenant_id = c.tenant_id AND p.id = c.parent AND p.requested LIKE 'app:%'
CROSS JOIN LATERAL (VALUES ('kind', c.kind), ('model', c.model), ('principal', c.principal),
  ('requested', c.requested), ('application', coalesce(substr(p.requested, 5), '')),
  ('tags', c.tags::text)) AS d (dimension, name)
WHERE c.kind <> 'application'
GROUP BY 1, 2, 3, 4, 5;
