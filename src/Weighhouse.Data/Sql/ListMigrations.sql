SELECT module, version, name, checksum FROM data_migrations ORDER BY module, version
