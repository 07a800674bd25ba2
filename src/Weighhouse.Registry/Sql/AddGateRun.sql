INSERT INTO registry_gate_runs (
    run_id, version_no, gate, kind, definition_json, definition_id, inputs_json, inputs_id, figures_json, verdict, message, champion,
    actor, at_ms)
VALUES (
    @run_id, @version_no, @gate, @kind, @definition_json, @definition_id, @inputs_json, @inputs_id, @figures_json, @verdict, @message,
    @champion, @actor, @at_ms)
