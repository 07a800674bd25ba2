using Weighhouse.Kernel;

namespace Weighhouse.Tracking;

/// <summary>Which runs, in no order.</summary>
public sealed record RunSelection(IReadOnlyList<ExperimentId> Experiments, string? Filter, StageView View, SearchDialect Dialect);

/// <summary>What a name stands for in a run.</summary>
public enum RunKeyKind
{
    Metric,
    Param,
    Tag,
}

public readonly record struct RunKey(RunKeyKind Kind, string Name);

/// <param name="Text">What the names contain, whatever the case; null or empty for all.</param>
/// <param name="Max">So many names of each kind at most.</param>
public sealed record RunKeySearch(ExperimentId Experiment, string? Text, int Max);

/// <param name="IsComplete">Whether there are no more than these.</param>
public sealed record RunKeys(IReadOnlyList<RunKey> Keys, bool IsComplete);
