-- A call that says all of its step of the trace has no span of its own: whether it stands for its
-- trace in lists (null where a row of observability.span says more), what else is said of it, and
-- hashes of what was said where they alone are kept.
ALTER TABLE observability.call
  ADD COLUMN root boolean,
  ADD COLUMN attributes jsonb,
  ADD COLUMN input_hash text,
  ADD COLUMN output_hash text;

-- Every step of every trace, whichever table tells of it. Rights and policies are the reader's.
CREATE VIEW observability.step WITH (security_invoker = true) AS
SELECT tenant_id, id, trace_id, span_id, parent_span_id, root, name, principal, model, error,
  attributes, tags, text, tokens, start, took_us, false AS is_call
FROM observability.span
UNION ALL
SELECT tenant_id, id, trace_id, span_id, parent_span_id, root, 'gateway.' || kind, principal, model,
  error,
  coalesce(attributes, '{}') || jsonb_strip_nulls(jsonb_build_object(
    'gen_ai.operation.name', kind,
    'gen_ai.request.model', requested,
    'http.response.status_code', status,
    'gen_ai.usage.input_tokens', input_tokens,
    'gen_ai.usage.output_tokens', output_tokens)),
  tags, NULL::text, NULL::text[], at, coalesce(took_us, 0), true
FROM observability.call
WHERE root IS NOT NULL;
GRANT SELECT ON observability.step TO gimbal_app;
