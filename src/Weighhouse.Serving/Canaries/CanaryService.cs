using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Deployments;

namespace Weighhouse.Serving.Canaries;

internal sealed class CanaryService(
    IDatabase database, DeploymentWriter writer, RoutedModels models, CanaryStore store, ServingOptions options) : ICanaries
{
    /// <summary>Of one call: sums of many stay numbers.</summary>
    private const long OutcomesMax = 1_000_000_000;

    /// <summary>Who promotes and takes back what nobody decided.</summary>
    private static readonly Principal Keeper = Principal.System with { Name = "canary" };

    public async ValueTask<Result<Canary>> StartAsync(
        Principal caller, string deployment, CanaryPlan plan, CancellationToken cancellation)
    {
        plan = plan with { Candidate = plan.Candidate with { Weight = 1, Label = null } };
        if ((CanaryRules.Refuse(plan) ?? DeploymentRules.RefuseRoutes([plan.Candidate], options)) is { } wrong) return wrong;
        if ((await models.ProjectOfAsync(caller, [plan.Candidate], cancellation)).Error is { } missing) return missing;
        if (!(await models.ResolveAsync(caller, plan.Candidate, cancellation)).TryGet(out var candidate, out var lost)) return lost;
        // What is tried is this version: one that takes an alias over meanwhile has proven nothing.
        plan = plan with { Candidate = plan.Candidate with { Version = candidate.Version, Alias = null } };
        var started = await writer.ChangeAsync(
            caller,
            deployment,
            "deployment.canary.start",
            async (session, stored) =>
            {
                var row = stored.Deployment;
                if (!row.IsLoaded) return Error.Precondition($"Deployment '{row.Name}' is unloaded. Load it first.");
                var running = Error.Exists($"A canary of '{row.Name}' is running. Promote it or stop it first.");
                if (stored.Canary is not null) return running;
                if (!CanaryRules.Split(row.Routes, plan.Candidate, plan.Steps[0], options).TryGet(out var split, out var error))
                    return error;
                if (await store.AddAsync(session, stored.Number, stored.StateEvent, plan, caller.Name) is null) return running;
                return new NextState(row with { Routes = split });
            },
            cancellation);
        return started.Error is { } refused ? refused : await GetAsync(caller, deployment, cancellation);
    }

    public ValueTask<Result<Canary>> GetAsync(Principal caller, string deployment, CancellationToken cancellation) =>
        database.ReadAsync<Result<Canary>>(
            async session =>
            {
                var found = await DeploymentStore.FindAsync(session, caller, deployment, Permission.View);
                if (!found.TryGet(out var stored, out var error)) return error;
                var canary = await CanaryStore.LastAsync(session, stored.Number);
                if (canary is null) return Error.NotFound($"Deployment '{deployment}' has had no canary.");
                return Show(deployment, canary, await CanaryStore.CountsAsync(session, canary.Number));
            },
            cancellation);

    public ValueTask<Result<Canary>> PromoteAsync(Principal caller, string deployment, string? reason, CancellationToken cancellation) =>
        EndAsync(caller, deployment, CanaryState.Promoted, reason, cancellation);

    public ValueTask<Result<Canary>> StopAsync(Principal caller, string deployment, string? reason, CancellationToken cancellation) =>
        EndAsync(caller, deployment, CanaryState.Stopped, reason, cancellation);

    public async ValueTask<Result<Canary>> JudgeAsync(
        Principal caller, string deployment, IReadOnlyList<CanaryOutcome> outcomes, CancellationToken cancellation)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome.Right is < 0 or > OutcomesMax || outcome.Wrong is < 0 or > OutcomesMax)
                return Error.Invalid($"Counts of right and wrong answers are from 0 to {OutcomesMax}.", "outcomes");
        }

        if (outcomes.Count == 0 || outcomes.Count > options.RoutesMax)
            return Error.Invalid($"1 to {options.RoutesMax} outcomes are taken at once, one for each version.", "outcomes");
        if (!(await VersionsAsync(caller, deployment, cancellation)).TryGet(out var sides, out var error)) return error;
        foreach (var outcome in outcomes)
        {
            if (sides.ContainsKey(new ModelVersionId(outcome.Model, outcome.Version))) continue;
            return Error.Invalid(
                $"'{deployment}' does not answer with {outcome.Model}/{outcome.Version}; it does with {string.Join(", ", sides.Keys)}.",
                "outcomes");
        }

        var judged = await database.WriteAsync<Done>(
            async session =>
            {
                var found = await DeploymentStore.FindAsync(session, caller, deployment, Permission.Deploy);
                if (!found.TryGet(out var stored, out var refusal)) return refusal;
                if (stored.Canary is not { } running) return NotRunning(deployment);
                foreach (var side in outcomes.GroupBy(outcome => sides[new ModelVersionId(outcome.Model, outcome.Version)]))
                {
                    var (right, wrong) = (side.Sum(static outcome => outcome.Right), side.Sum(static outcome => outcome.Wrong));
                    await CanaryStore.AddOutcomesAsync(session, running.Number, running.Step, side.Key, right + wrong, wrong);
                }

                return Done.Value;
            },
            cancellation);
        return judged.Error is { } failed ? failed : await GetAsync(caller, deployment, cancellation);
    }

    /// <summary>What the deployment answers with, and whether it is the candidate.</summary>
    private async ValueTask<Result<Dictionary<ModelVersionId, bool>>> VersionsAsync(
        Principal caller, string deployment, CancellationToken cancellation)
    {
        var row = await database.ReadAsync<Result<StoredDeployment>>(
            async session => await DeploymentStore.FindAsync(session, caller, deployment, Permission.Deploy), cancellation);
        if (!row.TryGet(out var stored, out var error)) return error;
        if (stored.Canary is null) return NotRunning(deployment);
        var sides = new Dictionary<ModelVersionId, bool>();
        foreach (var route in stored.Deployment.Routes)
        {
            if (!(await models.ResolveAsync(caller, route, cancellation)).TryGet(out var version, out error)) return error;
            sides[version] = route.Label == CanaryRules.Label;
        }

        return sides;
    }

    /// <summary>Does what the counts say, once, however many replicas ask for it at a time.</summary>
    public async ValueTask<Result<Decision>> DecideAsync(string deployment, long number, CancellationToken cancellation)
    {
        var outlook = await database.ReadAsync(session => JudgeAsync(session, number), cancellation);
        var decision = new Decision(outlook.Judgement.Verdict, outlook.Judgement.Why, outlook.Canary.SlowUs);
        if (!outlook.Canary.IsRunning || decision.Verdict is Verdict.Wait) return decision with { Verdict = Verdict.Wait };
        if (decision.Verdict is Verdict.Ask)
        {
            await database.WriteAsync<Done>(
                async session =>
                {
                    await CanaryStore.AskAsync(session, number, decision.Why);
                    return Done.Value;
                },
                cancellation);
            return decision;
        }

        var changed = await writer.ChangeAsync(
            Keeper, deployment, "deployment.canary." + WordOf(decision.Verdict),
            async (session, stored) =>
            {
                // Another replica was first, or somebody decided otherwise in between.
                if (stored.Canary is not { } running || running.Number != number || running.Step != outlook.Canary.Step)
                    return NotRunning(deployment);
                return await FollowAsync(session, stored, running, outlook.Canary.Plan, outlook.Judgement);
            },
            cancellation);
        return changed.Map(_ => decision);
    }

    /// <summary>Takes back a candidate that could not even be loaded.</summary>
    public async ValueTask<Result<Done>> TakeBackAsync(string deployment, long number, string reason, CancellationToken cancellation)
    {
        var changed = await writer.ChangeAsync(
            Keeper, deployment, "deployment.canary." + WordOf(Verdict.RollBack),
            async (session, stored) => stored.Canary is { } running && running.Number == number
                ? await EndAsync(session, stored, running, CanaryState.RolledBack, reason)
                : NotRunning(deployment),
            cancellation);
        return changed.Map(static _ => Done.Value);
    }

    private async ValueTask<Result<Canary>> EndAsync(
        Principal caller, string deployment, CanaryState state, string? reason, CancellationToken cancellation)
    {
        if (PlainText.Refuse(reason, "reason") is { } bad) return bad;
        if (reason?.Length > options.ReasonLengthMax)
            return Error.Invalid($"The reason has {reason.Length} characters; at most {options.ReasonLengthMax} fit.", "reason");
        var word = state is CanaryState.Promoted ? "promoted" : "stopped";
        var outlook = $"{caller.Name} {word} it" + (string.IsNullOrEmpty(reason) ? "." : $": {reason}");
        var changed = await writer.ChangeAsync(
            caller, deployment, state is CanaryState.Promoted ? "deployment.canary.promote" : "deployment.canary.stop",
            async (session, stored) => stored.Canary is { } running
                ? await EndAsync(session, stored, running, state, outlook)
                : NotRunning(deployment),
            cancellation);
        return changed.Error is { } error ? error : await GetAsync(caller, deployment, cancellation);
    }

    private async ValueTask<Result<NextState>> FollowAsync(
        DbSession session, StoredDeployment stored, RunningCanary running, CanaryPlan plan, Judgement judgement)
    {
        if (judgement.Verdict is Verdict.Promote)
            return await EndAsync(session, stored, running, CanaryState.Promoted, judgement.Why);
        if (judgement.Verdict is Verdict.RollBack)
            return await EndAsync(session, stored, running, CanaryState.RolledBack, judgement.Why);
        var (_, (routes, _)) = await DeploymentWriter.StateAsync(session, running.BaseEvent);
        var step = running.Step + 1;
        if (!CanaryRules.Split(routes, plan.Candidate, plan.Steps[step], options).TryGet(out var split, out var error)) return error;
        await store.MoveAsync(session, running.Number, step, judgement.Why);
        return new NextState(stored.Deployment with { Routes = split }) { ParentEvent = running.BaseEvent, Reason = judgement.Why };
    }

    /// <summary>The routes after a canary; to roll back a promotion is to go back before it, not to one of its steps.</summary>
    private async ValueTask<NextState> EndAsync(
        DbSession session, StoredDeployment stored, RunningCanary running, CanaryState state, string reason)
    {
        var plan = (await CanaryStore.FindAsync(session, running.Number))!.Plan;
        var (_, (routes, _)) = await DeploymentWriter.StateAsync(session, running.BaseEvent);
        await store.EndAsync(session, running.Number, state, reason);
        return state is CanaryState.Promoted
            ? new NextState(stored.Deployment with { Routes = CanaryRules.Promote(routes, plan.Candidate) })
            {
                ParentEvent = running.BaseEvent, Reason = reason,
            }
            : new NextState(stored.Deployment with { Routes = routes }) { StateEvent = running.BaseEvent, Reason = reason };
    }

    private async ValueTask<Outlook> JudgeAsync(DbSession session, long number)
    {
        var canary = (await CanaryStore.FindAsync(session, number))!;
        return Judge(canary, await CanaryStore.CountsAsync(session, number));
    }

    private Outlook Judge(StoredCanary canary, IReadOnlyList<StepCounts> counts)
    {
        var now = canary.EndedMs ?? writer.NowMs;
        var judgement = CanaryJudge.Judge(
            canary.Plan, counts, canary.Step, (now - canary.StepMs) / 1_000.0, (now - canary.BeganMs) / 1_000.0);
        return new Outlook(canary, judgement);
    }

    private Canary Show(string deployment, StoredCanary canary, IReadOnlyList<StepCounts> counts) =>
        Show(deployment, Judge(canary, counts));

    private static Canary Show(string deployment, Outlook outlook)
    {
        var (canary, judgement) = outlook;
        return new Canary(
            deployment,
            canary.Plan,
            canary.State,
            canary.Step,
            canary.State is CanaryState.Promoted ? 100 : canary.IsRunning ? canary.Plan.Steps[canary.Step] : 0,
            canary.BeganMs,
            canary.StepMs,
            canary.EndedMs,
            canary.IsRunning ? judgement.Why : canary.Outlook,
            canary.SlowUs / 1_000.0,
            judgement.Figures,
            canary.User);
    }

    private static string WordOf(Verdict verdict) => verdict switch
    {
        Verdict.NextStep => "step",
        Verdict.Promote => "promote",
        _ => "rollback",
    };

    private static Error NotRunning(string deployment) => Error.Precondition($"No canary of '{deployment}' is running.");

    private sealed record Outlook(StoredCanary Canary, Judgement Judgement);
}

/// <param name="SlowUs">From how many microseconds an answer is slow; null while that is not known.</param>
internal readonly record struct Decision(Verdict Verdict, string Why, long? SlowUs);
