CREATE TABLE jobs.job (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  owner text NOT NULL,
  input jsonb NOT NULL,
  -- admitted: handed to the scheduler, to run as soon as a thread takes it
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'admitted', 'running', 'succeeded', 'failed', 'cancelled')),
  done bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL,
  failed bigint NOT NULL DEFAULT 0,
  -- Counts starts, and fences: a run whose number is not this one any more has lost the job.
  attempts integer NOT NULL DEFAULT 0,
  cancel_requested boolean NOT NULL DEFAULT false,
  due timestamptz NOT NULL,
  created timestamptz NOT NULL,
  ended timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX job_waiting ON jobs.job (tenant_id, due, id) WHERE state = 'waiting';
CREATE INDEX job_active ON jobs.job (tenant_id) WHERE state IN ('admitted', 'running');

CREATE TABLE jobs.failure (
  tenant_id uuid NOT NULL,
  job uuid NOT NULL,
  item text NOT NULL,
  number bigint NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (tenant_id, job, item)
);

-- When each tenant that ever had a job was served last, in turns.
CREATE TABLE jobs.turn (
  tenant_id uuid PRIMARY KEY,
  last bigint NOT NULL DEFAULT 0
);
CREATE SEQUENCE jobs.turns;

-- db-scheduler's own table: what was admitted and runs now. Its layout is the library's.
CREATE TABLE jobs.scheduled_tasks (
  task_name text NOT NULL,
  task_instance text NOT NULL,
  task_data bytea,
  execution_time timestamptz NOT NULL,
  picked boolean NOT NULL,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures integer,
  last_heartbeat timestamptz,
  version bigint NOT NULL,
  priority smallint,
  PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_execution_time ON jobs.scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat ON jobs.scheduled_tasks (last_heartbeat);

ALTER TABLE jobs.job ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON jobs.job
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE jobs.failure ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON jobs.failure
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
ALTER TABLE jobs.turn ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON jobs.turn
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());

GRANT USAGE ON SCHEMA jobs TO gimbal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.job, jobs.failure, jobs.turn TO gimbal_app;
