-- Null: its users govern it. Else what does, as kind:name, such as model:digits: rights on it are those on that.
ALTER TABLE versioning_repositories ADD COLUMN governed_by TEXT;
