UPDATE versioning_catalogue_texts SET content_schema = @content_schema WHERE entry_no = @entry_no
