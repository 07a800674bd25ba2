DELETE FROM registry_version_tags
WHERE version_no = @version_no AND key = @key
