DELETE FROM registry_aliases
WHERE version_no = @version_no
