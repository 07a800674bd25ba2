using System.Globalization;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>Which rows an evaluation has to be of.</summary>
/// <param name="Repository">Null for any.</param>
/// <param name="Path">Of the file in the repository; null for any.</param>
/// <param name="OursOnly">Whether only evaluations count in which this server ran the version itself.</param>
internal sealed record GateRows(string? Repository, string? Path, bool OursOnly)
{
    public override string ToString() => (Repository, Path) switch
    {
        (null, null) => "any rows",
        (null, { } path) => path,
        ({ } repository, null) => repository,
        ({ } repository, { } path) => $"{repository}:{path}",
    };
}

/// <summary>A number that must not be passed: by the end of the interval that is nearer to it.</summary>
internal readonly record struct GateBound(double Value, bool IsMinimum)
{
    public bool IsKept(double low, double high) => IsMinimum ? low >= Value : high <= Value;

    public override string ToString() => $"at {(IsMinimum ? "least" : "most")} {Value.ToString("R", CultureInfo.InvariantCulture)}";
}

/// <summary>Whether a figure of an evaluation is good enough, for all that chance may have done to it.</summary>
/// <param name="Slices">A column, each slice of which must be good enough too; null for none.</param>
internal sealed record MetricGate(
    string Name, string Canonical, string Id, string Measure, GateBound Bound, GateRows Rows, string? Slices)
    : GateDefinition(Name, MetricGate.KindName, Canonical, Id)
{
    public const string KindName = "metric";
}

/// <summary>Whether the version is better on the same rows than the one that is in the stage, or not worse by more than a margin.</summary>
/// <param name="AtLeast">How much better, in the measure's own unit; negative for how much worse it may be.</param>
internal sealed record CompareGate(string Name, string Canonical, string Id, string Measure, double AtLeast, GateRows Rows)
    : GateDefinition(Name, CompareGate.KindName, Canonical, Id), IAgainstChampion
{
    public const string KindName = "compare";
}

/// <summary>Whether groups are treated alike.</summary>
/// <param name="Group">The column of the groups.</param>
/// <param name="IsRatio">Whether the bound is of the lowest group's figure over the highest's, and not of their difference.</param>
internal sealed record FairnessGate(
    string Name, string Canonical, string Id, string Group, string Measure, GateBound Bound, bool IsRatio, GateRows Rows)
    : GateDefinition(Name, FairnessGate.KindName, Canonical, Id)
{
    public const string KindName = "fairness";
}
