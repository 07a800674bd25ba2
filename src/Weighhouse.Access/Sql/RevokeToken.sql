UPDATE access_tokens SET revoked_ms = @now WHERE token_no = @token AND revoked_ms IS NULL
