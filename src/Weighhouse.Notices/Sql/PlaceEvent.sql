UPDATE notices_events SET stream_no = @stream_no WHERE event_no = @event_no
