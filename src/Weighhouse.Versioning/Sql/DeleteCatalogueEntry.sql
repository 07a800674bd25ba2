DELETE FROM versioning_catalogue WHERE entry_no = @entry_no
