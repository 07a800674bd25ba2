SELECT received_bytes FROM versioning_uploads WHERE repo_no = @repo_no AND pack = @pack
