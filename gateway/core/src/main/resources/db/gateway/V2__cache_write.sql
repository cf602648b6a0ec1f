-- What a provider asks for input that it puts into its cache, in nano-USD for a million tokens.
ALTER TABLE gateway.price ADD COLUMN cache_write bigint CHECK (cache_write >= 0);
