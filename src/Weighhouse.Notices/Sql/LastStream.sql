SELECT MAX(stream_no) FROM notices_events WHERE stream_no IS NOT NULL
