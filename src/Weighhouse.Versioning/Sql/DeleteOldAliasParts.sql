DELETE FROM versioning_alias_parts WHERE updated_ms <= @before_ms
