-- A reader may have read the first entries of a transaction and not the others when they are
-- trimmed: the floor is an entry, not a transaction.
ALTER TABLE gimbal.change_floor ADD COLUMN seq bigint NOT NULL DEFAULT 0;
