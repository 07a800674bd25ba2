INSERT INTO registry_reviews (request_no, reviewer, verdict, comment, at_ms)
VALUES (@request_no, @reviewer, @verdict, @comment, @at_ms)
