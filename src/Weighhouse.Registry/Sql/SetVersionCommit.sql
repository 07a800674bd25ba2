UPDATE registry_versions
SET commit_id = @commit_id, tree_id = @tree_id, file_count = @file_count, size_bytes = @size_bytes, files_note = @files_note
WHERE version_no = @version_no
