SELECT COALESCE(MAX(event_no), 0) FROM registry_events
