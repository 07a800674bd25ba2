using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>A gate that a stage asks for, and whose rules ask.</summary>
internal readonly record struct AskedGate(GateDefinition Definition, RulesOrigin Origin)
{
    public Gate View => new(Definition.Name, Definition.Kind, Origin, Definition.Canonical);
}

/// <summary>All that a stage asks of a version: of the rules of its project, of its model and of its own file, the strictest.</summary>
/// <param name="Askers">Lists of who may ask, each of which must have them; none when anybody may who may contribute.</param>
internal sealed record Demands(
    Stage Stage, IReadOnlyList<AskedGate> Gates, int Approvals, IReadOnlyList<string> Reviewers, bool FourEyes,
    IReadOnlyList<IReadOnlyList<string>> Askers, long? ExpiresMs)
{
    public bool NeedsRequest => Approvals > 0;

    /// <summary>
    /// Whether approvals stand for an administrator at a protected stage: those that the project or the model ask for. What a version
    /// brings itself is written by whoever made the version.
    /// </summary>
    public bool OpensProtected { get; init; }

    /// <summary>The stages that an alias means to those who load the model: by its name, or by the rules.</summary>
    public static IEnumerable<Stage> MeantBy(string alias, StageList stages, RuleSources sources) =>
        stages.Active.Where(stage => stage.Name.Equals(alias, StringComparison.OrdinalIgnoreCase)
            || sources.All.Any(source => source.Rules.Of(stage.Name) is { } rule
                && rule.Aliases.Contains(alias, StringComparer.OrdinalIgnoreCase)));

    public static Demands Of(Stage stage, RuleSources sources)
    {
        var rules = sources.All.Select(source => (source.Origin, Rule: source.Rules.Of(stage.Name)))
            .Where(static source => source.Rule is not null)
            .Select(static source => (source.Origin, Rule: source.Rule!)).ToArray();
        var reviewers = rules.SelectMany(static source => source.Rule.Reviewers).Distinct(StringComparer.Ordinal).ToArray();
        var approvals = rules.Select(static source => source.Rule.Approvals).DefaultIfEmpty(0).Max();
        return new Demands(
            stage,
            [.. rules.SelectMany(static source => source.Rule.Gates.Select(gate => new AskedGate(gate, source.Origin)))
                .DistinctBy(static gate => gate.Definition.Id)],
            Math.Max(approvals, reviewers.Length),
            reviewers,
            rules.Any(static source => source.Rule.FourEyes),
            [.. rules.Select(static source => source.Rule.Askers).Where(static askers => askers.Count > 0)],
            rules.Select(static source => source.Rule.ExpiresMs).Where(static expires => expires is not null).DefaultIfEmpty(null).Min())
        {
            OpensProtected = rules.Any(static source =>
                source.Origin is not RulesOrigin.File && (source.Rule.Approvals > 0 || source.Rule.Reviewers.Count > 0)),
        };
    }
}

/// <summary>All rules that a version is under.</summary>
internal sealed record RuleSources(IReadOnlyList<(RulesOrigin Origin, RuleSet Rules)> All)
{
    public static readonly RuleSources None = new([]);
}

/// <summary>What the stages of a model ask, read inside a session.</summary>
internal sealed class DemandsReader(RegistryOptions options)
{
    /// <param name="file">The rules among the version's own files.</param>
    public async ValueTask<Result<RuleSources>> SourcesAsync(DbSession session, StoredModel model, RuleSet file)
    {
        var ofProject = await RulesTable.OfProjectAsync(session, model.Project);
        if (!Parse(ofProject, $"project '{model.Project}'").TryGet(out var project, out var error)) return error;
        var ofModel = await RulesTable.OfModelAsync(session, model);
        if (!Parse(ofModel, $"model '{model.Name}'").TryGet(out var own, out error)) return error;
        return new RuleSources([(RulesOrigin.Project, project), (RulesOrigin.Model, own), (RulesOrigin.File, file)]);
    }

    /// <summary>What cannot be read any more lets nobody pass.</summary>
    private Result<RuleSet> Parse(StageRulesText stored, string whose) =>
        RulesText.Parse(stored.Text, options) is var parsed && parsed.Error is { } error
            ? Error.Precondition($"The rules of {whose} let no version pass until they are set anew. {error.Message}")
            : parsed;
}
