using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Promotions;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Stages;

/// <summary>How a version comes to the door.</summary>
internal enum Entrance
{
    Promotion,
    /// <summary>A change is taken back: what was there before comes back without new evidence, unless it failed since.</summary>
    Return,
    /// <summary>An administrator takes the responsibility.</summary>
    Override,
}

/// <summary>A version that wants into a stage, or to be named as one.</summary>
/// <param name="File">The rules it brings itself; null for one that returns.</param>
internal sealed record Visitor(StoredVersion Version, VersionRules? File, Entrance Entrance)
{
    public string Stage => Version.Version.Stage;
}

/// <summary>How a version got in.</summary>
/// <param name="Request">The approved request that let it in; null when none was needed.</param>
/// <param name="Overridden">What would have refused it, and was overridden.</param>
internal sealed record Passage(StoredRequest? Request, IReadOnlyList<string> Overridden)
{
    public static readonly Passage Free = new(null, []);

    /// <summary>Whether others answered for it: the stage asks for approvals, and the request has them.</summary>
    public bool IsApproved { get; init; }

    /// <summary>Whether they stand for an administrator, as in what is replaced in a protected stage.</summary>
    public bool OpensProtected { get; init; }
}

/// <summary>
/// The one place that decides whether a version may go from a stage to another, or be named as one, whichever API asks. Whatever moves a
/// version or such an alias passes here, inside the unit that moves it.
/// </summary>
internal sealed class StageDoor(DemandsReader demands, DoorKeeper keeper, RegistryOptions options)
{
    /// <summary>Whether a version may go to another stage than the one it is in.</summary>
    public async ValueTask<Result<Passage>> EnterAsync(
        DbSession session, Change change, StoredModel model, StageList stages, Visitor visitor, Stage to)
    {
        if (visitor.Entrance is Entrance.Override && change.Caller.Refuse(Permission.Administer, ModelTable.ScopeOf(model)) is { } refusal)
            return refusal;
        if (visitor.Stage == to.Name) return Passage.Free;
        if (!(await AskedAsync(session, model, stages, visitor, to)).TryGet(out var asked, out var error)) return error;
        if (!(await FindAsync(session, change, model, visitor, asked)).TryGet(out var findings, out error)) return error;
        if (visitor.Entrance is Entrance.Override) return new Passage(findings.Request, findings.Problems);

        // Who approved has answered for the stage, and for what is replaced in it; nobody has for another protected stage that it leaves.
        if (RefuseLeaving(change.Caller, model, stages, visitor.Stage) is { } closed) return closed;
        if (RefuseUnanswered(change.Caller, model, visitor, asked, "") is { } guarded) return guarded;
        if (findings.Problems.Count > 0) return Closed(visitor, to, findings.Problems);
        var isPromotion = visitor.Entrance is Entrance.Promotion;
        return new Passage(findings.Request, [])
        {
            IsApproved = isPromotion && asked.NeedsRequest, OpensProtected = isPromotion && asked.OpensProtected,
        };
    }

    /// <summary>Whether a version may leave its stage, as when it is archived or deleted.</summary>
    public static Error? RefuseLeaving(Principal caller, StoredModel model, StageList stages, string from) =>
        stages.Stages.FirstOrDefault(stage => stage.IsProtected && stage.Name == from) is { } guarded
            ? RefuseAt(guarded, caller, model, "")
            : null;

    /// <summary>Whether a version may be taken out of its stage for the last one: archived by another, or deleted.</summary>
    public static Error? RefuseArchiving(Principal caller, StoredModel model, StageList stages, string from) =>
        from == stages.Last.Name
            ? null
            : RefuseLeaving(caller, model, stages, from) ?? RefuseLeaving(caller, model, stages, stages.Last.Name);

    /// <summary>
    /// Whether an alias may be taken away from where it points: one that is called as a protected stage, whatever its case, is another
    /// spelling of it to those who load the model, and moves as the stage does.
    /// </summary>
    public static Error? RefuseAlias(Principal caller, StoredModel model, StageList stages, string alias)
    {
        var guarded = stages.Stages.FirstOrDefault(
            stage => stage.IsProtected && stage.Name.Equals(alias, StringComparison.OrdinalIgnoreCase));
        return guarded is null ? null : RefuseAt(guarded, caller, model, $"Alias '{alias}' stands for it. ");
    }

    /// <summary>The same of an alias that the rules name: it is taken from a protected stage as a version is.</summary>
    public async ValueTask<Error?> RefuseRemovalAsync(
        DbSession session, Principal caller, StoredModel model, StageList stages, string alias)
    {
        if (RefuseAlias(caller, model, stages, alias) is { } closed) return closed;
        if (caller.Can(Permission.Administer, ModelTable.ScopeOf(model))) return null;
        if (!(await demands.SourcesAsync(session, model, RuleSet.None)).TryGet(out var sources, out var error)) return error;
        return Demands.MeantBy(alias, stages, sources).FirstOrDefault(static stage => stage.IsProtected) is { } guarded
            ? RefuseAt(guarded, caller, model, $"Alias '{alias}' stands for it. ")
            : null;
    }

    /// <summary>
    /// Whether an alias may be pointed at a version. An alias that means a stage, by its name or by the rules, is pointed only at what is
    /// in the stage or could enter it.
    /// </summary>
    public async ValueTask<Result<Done>> PointAsync(
        DbSession session, Change change, StoredModel model, StageList stages, Visitor visitor, string alias)
    {
        if (RefuseAlias(change.Caller, model, stages, alias) is { } closed) return closed;
        if (!(await demands.SourcesAsync(session, model, visitor.File?.Rules ?? RuleSet.None)).TryGet(out var sources, out var error))
            return error;
        foreach (var stage in Demands.MeantBy(alias, stages, sources))
        {
            if (visitor.Stage == stage.Name) continue;
            if (visitor.File?.Refuse(visitor.Version.Version) is { } changed) return changed;
            var asked = Demands.Of(stage, sources);
            var why = $"Alias '{alias}' stands for it. ";
            if (RefuseUnanswered(change.Caller, model, visitor, asked, why) is { } guarded) return guarded;
            if (!(await FindAsync(session, change, model, visitor, asked)).TryGet(out var findings, out error)) return error;
            if (findings.Problems.Count > 0) return Closed(visitor, stage, findings.Problems, why);
        }

        return Done.Ok;
    }

    private async ValueTask<Result<Demands>> AskedAsync(
        DbSession session, StoredModel model, StageList stages, Visitor visitor, Stage to)
    {
        // Where versions begin and where they end nothing is asked: a way out is always open.
        if (!stages.IsActive(to)) return Demands.Of(to, RuleSources.None);
        if (visitor.File?.Refuse(visitor.Version.Version) is { } changed) return changed;
        var sources = await demands.SourcesAsync(session, model, visitor.File?.Rules ?? RuleSet.None);
        if (sources.TryGet(out var found, out var error)) return Demands.Of(to, found);
        // Rules that cannot be read any more must not keep a way out shut.
        return visitor.Entrance is Entrance.Override ? Demands.Of(to, RuleSources.None) : error;
    }

    private async ValueTask<Result<Findings>> FindAsync(
        DbSession session, Change change, StoredModel model, Visitor visitor, Demands asked) =>
        visitor.Entrance is Entrance.Return
            ? await keeper.FailedSinceAsync(session, visitor.Version, asked)
            : await keeper.FindAsync(session, model, visitor.Version, asked, change.NowMs);

    private Error Closed(Visitor visitor, Stage to, IReadOnlyList<string> problems, string why = "")
    {
        var id = visitor.Version.Version.Id;
        var more = problems.Count > options.RefusalProblemsMax ? $"; and {problems.Count - options.RefusalProblemsMax} more" : "";
        return Error.Precondition(
            $"Version {id} may not enter stage {to.Name}. {why}{string.Join("; ", problems.Take(options.RefusalProblemsMax))}{more}. "
            + $"See all at /api/v1/models/{Uri.EscapeDataString(id.Model)}/versions/{id.Version}/checks?stage={to.Name}.")
            with { Field = "stage" };
    }

    /// <summary>
    /// A protected stage takes an administrator, or people who answer for it. What comes back has nobody who answers for it now.
    /// </summary>
    private static Error? RefuseUnanswered(Principal caller, StoredModel model, Visitor visitor, Demands asked, string why)
    {
        var isUnanswered = visitor.Entrance is Entrance.Return
            ? asked.NeedsRequest || asked.Stage.IsProtected
            : asked.Stage.IsProtected && !asked.OpensProtected;
        return isUnanswered ? RefuseAt(asked.Stage, caller, model, why) : null;
    }

    private static Error? RefuseAt(Stage guarded, Principal caller, StoredModel model, string why) =>
        caller.Refuse(Permission.Administer, ModelTable.ScopeOf(model)) is { } refusal
            ? refusal with { Message = $"Stage {guarded.Name} of project '{model.Project}' is protected. {why}{refusal.Message}" }
            : null;
}
