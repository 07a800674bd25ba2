SELECT reviewer, verdict, comment, at_ms
FROM registry_reviews
WHERE request_no = @request_no
ORDER BY review_no
