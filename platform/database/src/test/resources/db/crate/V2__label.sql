ALTER TABLE crate.owner ADD COLUMN label text NOT NULL DEFAULT 'none';
