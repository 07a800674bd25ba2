DELETE FROM versioning_catalogue_texts WHERE entry_no = @entry_no
