-- Every kind of thing that a backup must carry.
CREATE TABLE crate.owner (
  tenant_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
INSERT INTO crate.owner (tenant_id, name)
VALUES ('00000000-0000-7000-8000-000000000001', 'made by the migration');

CREATE TABLE crate.a_box (
  tenant_id uuid NOT NULL,
  owner bigint NOT NULL,
  content bytea,
  document jsonb,
  words text[],
  vector real[],
  size numeric,
  packed timestamptz,
  "Strange ""name" text,
  length integer GENERATED ALWAYS AS (octet_length(content)) STORED,
  FOREIGN KEY (tenant_id, owner) REFERENCES crate.owner (tenant_id, id)
);

CREATE TABLE crate.event (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  what text NOT NULL,
  PRIMARY KEY (tenant_id, id)
) PARTITION BY RANGE (id);

CREATE SEQUENCE crate.number;
