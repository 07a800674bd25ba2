using Weighhouse.Data;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Gates;

/// <summary>Writes a run and the event that tells of it.</summary>
internal static class GateRecorder
{
    public static async ValueTask<GateRun> AddAsync(
        DbSession session, Change change, StoredModel model, StoredVersion version, GateDefinition gate, GateInputs inputs,
        GateOutcome outcome, string runId)
    {
        var run = new GateRun(
            runId, version.Version.Id, gate.Name, gate.Kind, gate.Canonical, inputs.Members, outcome.Figures, outcome.Verdict,
            outcome.Message, change.Caller.Name, change.NowMs);
        await GateRunTable.AddAsync(session, version, gate, inputs, run);
        await EventTable.AddAsync(
            session, change, model, version.Version.Id.Version, "gate.run", null,
            EventJson.Of(("gate", gate.Name), ("verdict", $"{outcome.Verdict}"), ("run", runId), ("message", outcome.Message)));
        return run;
    }
}
