-- Signs the addresses of an upload's parts. NULL for uploads begun before there was one: their parts are refused.
ALTER TABLE tracking_uploads ADD COLUMN part_secret BLOB;
