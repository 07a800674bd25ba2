SELECT run_id, gate, kind, definition_json, inputs_json, figures_json, verdict, message, actor, at_ms, champion, inputs_id, run_no
FROM registry_gate_runs
WHERE version_no = @version_no AND run_no < @before_no
ORDER BY run_no DESC
LIMIT @limit
