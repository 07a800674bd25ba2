namespace Weighhouse.Registry.Gates.Rules;

/// <summary>What one stage asks.</summary>
/// <param name="Approvals">How many people must approve a request; 0 when none is needed.</param>
/// <param name="Reviewers">Who must be among them.</param>
/// <param name="Askers">Who may ask; anybody who may contribute when empty.</param>
/// <param name="ExpiresMs">How long a request stays open; null for the default.</param>
/// <param name="Aliases">Names that mean the stage to those who load the model, besides its own.</param>
internal sealed record StageRule(
    string Stage, IReadOnlyList<GateDefinition> Gates, int Approvals, IReadOnlyList<string> Reviewers, bool FourEyes,
    IReadOnlyList<string> Askers, long? ExpiresMs, IReadOnlyList<string> Aliases)
{
    public bool Is(string stage) => Stage.Equals(stage, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What the stages of a project, of a model or of one version ask.</summary>
internal sealed record RuleSet(IReadOnlyList<GateDefinition> Gates, IReadOnlyList<StageRule> Stages)
{
    public static readonly RuleSet None = new([], []);

    public StageRule? Of(string stage) => Stages.FirstOrDefault(rule => rule.Is(stage));
}
