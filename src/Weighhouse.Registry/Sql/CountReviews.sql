SELECT COUNT(*) FROM registry_reviews WHERE request_no = @request_no
