using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates.Checks;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Stages;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Gates;

/// <summary>Runs the gates of stages over versions, outside of any unit of writing, and writes down what they found.</summary>
internal sealed class GateRunner(
    IDatabase database, RegistryWriter writer, DemandsReader demands, IEnumerable<IGateCheck> checks, IdGenerator ids)
{
    private readonly IGateCheck[] _checks = [.. checks];

    private sealed record Due(GateDefinition Gate, GateSubject Subject, string? LastInputsId);

    private sealed record Ran(GateDefinition Gate, GateInputs Inputs, GateOutcome Outcome);

    /// <summary>Runs those of a stage whose inputs are not what they were run with; all of them when forced.</summary>
    public ValueTask<Result<Done>> RunDueAsync(
        Principal caller, VersionRules rules, string stage, bool isForced, CancellationToken cancellation) =>
        RunAsync(
            caller,
            rules,
            (stages, _) => stages.Active.Where(known => known.Name.Equals(stage, StringComparison.OrdinalIgnoreCase)),
            isForced,
            cancellation);

    /// <summary>Those of the stages that an alias means.</summary>
    public ValueTask<Result<Done>> RunDueForAliasAsync(
        Principal caller, VersionRules rules, string alias, CancellationToken cancellation) =>
        RunAsync(caller, rules, (stages, sources) => Demands.MeantBy(alias, stages, sources), isForced: false, cancellation);

    private async ValueTask<Result<Done>> RunAsync(
        Principal caller, VersionRules rules, Func<StageList, RuleSources, IEnumerable<Stage>> stagesOf,
        bool isForced, CancellationToken cancellation)
    {
        var found = await database.ReadAsync(session => DueAsync(session, caller, rules, stagesOf, isForced), cancellation);
        if (!found.TryGet(out var due, out var error)) return error;
        var ran = new List<Ran>();
        foreach (var (gate, subject, lastInputs) in due)
        {
            var check = Array.Find(_checks, check => check.Knows(gate));
            if (check is null) continue;
            var inputs = await check.InputsAsync(gate, subject, cancellation);
            if (!isForced && lastInputs == Canonical.IdOf(inputs.Json)) continue;
            if (!(await check.RunAsync(gate, subject, inputs, cancellation)).TryGet(out var outcome, out error)) return error;
            ran.Add(new Ran(gate, inputs, outcome));
        }

        return ran.Count == 0 ? Done.Ok : await WriteAsync(caller, rules.Id, ran, cancellation);
    }

    private async ValueTask<Result<List<Due>>> DueAsync(
        DbSession session, Principal caller, VersionRules rules,
        Func<StageList, RuleSources, IEnumerable<Stage>> stagesOf, bool isForced)
    {
        var known = await ModelTable.FindAsync(session, caller, rules.Id.Model, Permission.Contribute);
        if (!known.TryGet(out var model, out var error)) return error;
        if (!(await VersionTable.FindAsync(session, model, rules.Id.Version)).TryGet(out var version, out error)) return error;
        if (rules.Refuse(version.Version) is { } changed) return changed;
        if (!(await demands.SourcesAsync(session, model, rules.Rules)).TryGet(out var sources, out error)) return error;
        var stages = await StageTable.OfAsync(session, model.Project);
        var due = new List<Due>();
        foreach (var stage in stagesOf(stages, sources))
        {
            if (!isForced && version.Version.Stage == stage.Name) continue;
            var champion = await DoorKeeper.ChampionAsync(session, model, version, stage);
            var against = champion is { } number && (await VersionTable.FindAsync(session, model, number)).TryGet(out var other, out _)
                ? other.Version
                : null;
            foreach (var (gate, _) in Demands.Of(stage, sources).Gates)
            {
                var last = await GateRunTable.LastAsync(session, version, gate);
                // What could not be decided may be by now, though nothing that it looked at has changed.
                var settled = last?.Run.Verdict is GateVerdict.Undecided ? null : last?.InputsId;
                due.Add(new Due(gate, new GateSubject(version.Version, against), settled));
            }
        }

        return due;
    }

    private ValueTask<Result<Done>> WriteAsync(Principal caller, ModelVersionId id, List<Ran> ran, CancellationToken cancellation)
    {
        var runIds = ran.ConvertAll(_ => ids.Hex32());
        return writer.ChangeAsync<Done>(
            caller,
            id,
            async (session, change, model, version) =>
            {
                foreach (var (run, runId) in ran.Zip(runIds))
                {
                    await GateRecorder.AddAsync(
                        session, change, model, version, run.Gate, run.Inputs, run.Outcome, runId);
                }

                return Done.Value;
            },
            cancellation);
    }
}
