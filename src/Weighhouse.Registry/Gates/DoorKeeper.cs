using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Promotions;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Gates;

/// <summary>What is known of a version that wants into a stage.</summary>
/// <param name="Request">The open request; null without one, or when the stage needs none.</param>
/// <param name="Problems">Why it may not enter; none when it may.</param>
internal sealed record Findings(
    Demands Demands, IReadOnlyList<GateState> Gates, StoredRequest? Request, IReadOnlyList<string> Problems);

/// <summary>Holds a version against what a stage asks, by what is written down: nothing is run here.</summary>
internal sealed class DoorKeeper
{
    public async ValueTask<Result<Findings>> FindAsync(
        DbSession session, StoredModel model, StoredVersion version, Demands demands, long nowMs)
    {
        var champion = await ChampionAsync(session, model, version, demands.Stage);
        var states = new List<GateState>(demands.Gates.Count);
        foreach (var gate in demands.Gates)
        {
            var run = await GateRunTable.LastAsync(session, version, gate.Definition);
            states.Add(new GateState(gate.View, run?.Run, ProblemOf(gate, run, champion, demands.Stage)));
        }

        var request = await RequestTable.OpenAsync(session, version.Number, demands.Stage.Name);
        var open = request?.StateAt(nowMs) is RequestState.Open ? request : null;
        List<string> problems = [.. states.Select(static state => state.Problem).OfType<string>()];
        if (demands.NeedsRequest) problems.AddRange(Approvals.Missing(demands, open, request));
        return new Findings(demands, states, open, problems);
    }

    /// <summary>For a version that was in the stage before: only what has failed counts.</summary>
    public async ValueTask<Result<Findings>> FailedSinceAsync(DbSession session, StoredVersion version, Demands demands)
    {
        var states = new List<GateState>(demands.Gates.Count);
        foreach (var gate in demands.Gates)
        {
            var run = await GateRunTable.LastAsync(session, version, gate.Definition);
            var hasFailed = run?.Run.Verdict is GateVerdict.Failed;
            states.Add(new GateState(gate.View, run?.Run, hasFailed ? Told(gate, run!) : null));
        }

        return new Findings(demands, states, null, [.. states.Select(static state => state.Problem).OfType<string>()]);
    }

    /// <summary>The version that one which enters the stage would replace: the highest that is there. Null for none.</summary>
    public static async ValueTask<long?> ChampionAsync(DbSession session, StoredModel model, StoredVersion version, Stage stage)
    {
        var there = await VersionTable.InStageAsync(session, model, stage.Name);
        return there.Where(other => other.Number != version.Number).Select(static other => (long?)other.Version.Id.Version).Max();
    }

    private static string? ProblemOf(AskedGate gate, StoredRun? run, long? champion, Stage stage)
    {
        if (run is null)
        {
            return gate.Definition is ExternalGate external
                ? $"gate '{gate.Definition.Name}' waits for a report of {string.Join(" or ", external.Reporters)}"
                : $"gate '{gate.Definition.Name}' has not been run";
        }

        if (run.Champion != champion && IsAgainstChampion(gate.Definition))
        {
            return $"gate '{gate.Definition.Name}' was run against {NameOf(run.Champion)}, "
                + $"but {NameOf(champion)} is in {stage.Name} now: run it again";
        }

        return run.Run.Verdict is GateVerdict.Passed ? null : Told(gate, run);
    }

    private static string Told(AskedGate gate, StoredRun run) =>
        $"gate '{gate.Definition.Name}' {(run.Run.Verdict is GateVerdict.Failed ? "failed" : "could not be decided")}: {run.Run.Message}";

    private static string NameOf(long? champion) => champion is { } version ? $"version {version}" : "no version";

    /// <summary>Whether the verdict depends on which version is in the stage.</summary>
    public static bool IsAgainstChampion(GateDefinition gate) => gate is IAgainstChampion;
}
