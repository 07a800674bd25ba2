INSERT INTO notices_attempts (delivery_no, attempt, at_ms, duration_ms, status, error, answer)
VALUES (@delivery_no, @attempt, clock_ms(), @duration_ms, @status, @error, @answer)
ON CONFLICT (delivery_no, attempt) DO NOTHING
