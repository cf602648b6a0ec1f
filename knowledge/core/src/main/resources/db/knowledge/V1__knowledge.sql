-- Documents and what was made of them. The truth: the search index is derived from it.

CREATE TABLE knowledge.collection (
  tenant_id   uuid        NOT NULL,
  id          uuid        NOT NULL,
  name        text        NOT NULL,
  title       text,
  language    text,
  description text,
  created     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

-- The embedding models that passages of a collection have vectors of: a query is embedded by each.
CREATE TABLE knowledge.collection_model (
  tenant_id     uuid NOT NULL,
  collection_id uuid NOT NULL,
  model         text NOT NULL,
  PRIMARY KEY (tenant_id, collection_id, model),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES knowledge.collection ON DELETE CASCADE
);

-- `serving` is the version that searches find; null until a first one is ready.
CREATE TABLE knowledge.document (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL,
  collection_id uuid        NOT NULL,
  key           text        NOT NULL,
  metadata      jsonb       NOT NULL,
  serving       uuid,
  created       timestamptz NOT NULL,
  updated       timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, collection_id, key),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES knowledge.collection ON DELETE CASCADE
);
CREATE INDEX document_by_collection ON knowledge.document (tenant_id, collection_id, id);

-- `stage` only goes forward: received, parsed, embedded, ready; or failed from any but ready.
-- `revision` counts what the index must take again, `attempts` how often work on it began.
CREATE TABLE knowledge.version (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL,
  document_id   uuid        NOT NULL,
  collection_id uuid        NOT NULL,
  number        int         NOT NULL,
  blob          bytea       NOT NULL,
  data_key      uuid,
  bytes         bigint      NOT NULL,
  file_name     text        NOT NULL,
  stage         text        NOT NULL,
  revision      int         NOT NULL DEFAULT 0,
  attempts      int         NOT NULL DEFAULT 0,
  job           uuid        NOT NULL,
  title         text,
  format        text,
  extractor     text,
  stated        jsonb,
  characters    int,
  passages      int         NOT NULL DEFAULT 0,
  error_code    text,
  error_message text,
  created       timestamptz NOT NULL,
  updated       timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, document_id, number),
  FOREIGN KEY (tenant_id, document_id) REFERENCES knowledge.document ON DELETE CASCADE
);
CREATE INDEX version_by_collection ON knowledge.version (tenant_id, collection_id, id);
CREATE INDEX version_by_blob ON knowledge.version (tenant_id, blob);
CREATE INDEX version_by_job ON knowledge.version (tenant_id, job);
CREATE INDEX version_unfinished ON knowledge.version (tenant_id)
  WHERE stage NOT IN ('ready', 'failed');

-- A version's text, once, in parts of equal length in code points: a passage of a long text is
-- read without reading all of it.
CREATE TABLE knowledge.text_part (
  tenant_id  uuid NOT NULL,
  version_id uuid NOT NULL,
  part       int  NOT NULL,
  content    text NOT NULL,
  PRIMARY KEY (tenant_id, version_id, part),
  FOREIGN KEY (tenant_id, version_id) REFERENCES knowledge.version ON DELETE CASCADE
);

-- Ranges are code points of the version's text; `hash` is of what is embedded: context and text.
CREATE TABLE knowledge.chunk (
  tenant_id  uuid  NOT NULL,
  version_id uuid  NOT NULL,
  ordinal    int   NOT NULL,
  start_at   int   NOT NULL,
  end_at     int   NOT NULL,
  context    text  NOT NULL,
  language   text  NOT NULL,
  model      text  NOT NULL,
  locator    jsonb NOT NULL,
  hash       bytea NOT NULL,
  PRIMARY KEY (tenant_id, version_id, ordinal),
  FOREIGN KEY (tenant_id, version_id) REFERENCES knowledge.version ON DELETE CASCADE
);
CREATE INDEX chunk_by_hash ON knowledge.chunk (tenant_id, hash);

-- Little-endian 32-bit floats. Kept by what was embedded, so nothing is ever embedded twice.
CREATE TABLE knowledge.vector (
  tenant_id uuid  NOT NULL,
  hash      bytea NOT NULL,
  model     text  NOT NULL,
  value     bytea NOT NULL,
  PRIMARY KEY (tenant_id, hash, model)
);

CREATE TABLE knowledge.conversation (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL,
  principal     text        NOT NULL,
  collection_id uuid        NOT NULL,
  title         text        NOT NULL,
  created       timestamptz NOT NULL,
  updated       timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES knowledge.collection ON DELETE CASCADE
);
CREATE INDEX conversation_by_principal ON knowledge.conversation (tenant_id, principal, id);

CREATE TABLE knowledge.turn (
  tenant_id       uuid        NOT NULL,
  conversation_id uuid        NOT NULL,
  number          int         NOT NULL,
  by_whom         text        NOT NULL,
  text            text        NOT NULL,
  answer_kind     text,
  citations       jsonb,
  trace           text,
  at              timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, number),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES knowledge.conversation ON DELETE CASCADE
);

GRANT USAGE ON SCHEMA knowledge TO gimbal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  knowledge.collection, knowledge.collection_model, knowledge.document, knowledge.version,
  knowledge.text_part, knowledge.chunk, knowledge.vector, knowledge.conversation, knowledge.turn
  TO gimbal_app;

ALTER TABLE knowledge.collection ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.collection_model ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.text_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.vector ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.conversation ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge.turn ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON knowledge.collection
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.collection_model
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.document
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.version
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.text_part
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.chunk
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.vector
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.conversation
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
CREATE POLICY tenant ON knowledge.turn
  USING (tenant_id = gimbal.tenant()) WITH CHECK (tenant_id = gimbal.tenant());
