INSERT INTO versioning_catalogue_texts (entry_no, description) VALUES (@entry_no, @description)
ON CONFLICT (entry_no) DO UPDATE SET description = excluded.description
