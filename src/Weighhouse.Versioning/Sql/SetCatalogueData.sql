UPDATE versioning_catalogue
SET seen_no = @seen_no, kind = @kind, content = @content, size_bytes = @size_bytes, changed_id = @changed_id, changed_ms = @changed_ms,
    changed_by = @changed_by, column_words = @column_words
WHERE entry_no = @entry_no
