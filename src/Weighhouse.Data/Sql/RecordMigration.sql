INSERT INTO data_migrations (module, version, name, checksum, applied_ms)
VALUES (@module, @version, @name, @checksum, @applied_ms)
