INSERT INTO registry_version_tags (version_no, key, value)
VALUES (@version_no, @key, @value)
ON CONFLICT (version_no, key) DO UPDATE SET value = excluded.value
