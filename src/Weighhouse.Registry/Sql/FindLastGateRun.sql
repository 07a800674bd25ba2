SELECT run_id, gate, kind, definition_json, inputs_json, figures_json, verdict, message, actor, at_ms, champion, inputs_id
FROM registry_gate_runs
WHERE version_no = @version_no AND definition_id = @definition_id
ORDER BY run_no DESC
LIMIT 1
