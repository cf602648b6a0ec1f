-- Which change of a provider this is, so that two people do not undo each other's; and when it was.
ALTER TABLE gateway.provider ADD COLUMN version bigint NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE gateway.provider ADD COLUMN changed timestamptz;
