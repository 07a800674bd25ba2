DELETE FROM notices_events WHERE stream_no IS NOT NULL AND at_ms < @before_ms
    AND stream_no < (SELECT MAX(stream_no) FROM notices_events WHERE stream_no IS NOT NULL)
