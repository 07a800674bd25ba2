-- The update that changes nothing makes RETURNING answer with the number of a key that somebody else has just added.
INSERT INTO tracking_keys (key) VALUES (@key)
ON CONFLICT (key) DO UPDATE SET key = excluded.key
RETURNING key_no
