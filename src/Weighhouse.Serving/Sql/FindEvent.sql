SELECT parent_event_no, after_json FROM serving_deployment_events WHERE event_no = @event_no
