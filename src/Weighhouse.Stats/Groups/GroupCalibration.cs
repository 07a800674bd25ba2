using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <param name="Excess">How much more often the group was positive than foretold, with Student's interval; below 0 it was foretold
/// too much.</param>
/// <param name="IsSuppressed">Whether the group is too small to be shown.</param>
public sealed record GroupExcess(int Group, Interval Excess, bool IsSuppressed);

/// <summary>Whether probabilities mean the same in every group.</summary>
/// <param name="Gap">The largest excess less the smallest.</param>
public sealed record GroupCalibration(IReadOnlyList<GroupExcess> Groups, Figure Gap)
{
    public static Result<GroupCalibration> Of(
        ReadOnlySpan<bool> truth, ReadOnlySpan<double> probabilities, ReadOnlySpan<int> groups,
        int rowsMin = FairnessReport.DefaultRowsMin, double level = Interval.DefaultLevel)
    {
        Invariant.That(truth.Length == groups.Length);
        if (ProbabilityLoss.Problem(truth.Length, probabilities) is { } problem)
            return Error.Precondition($"Groups cannot be compared, as {problem}.");
        var excesses = new SortedDictionary<int, List<double>>();
        for (var row = 0; row < truth.Length; row++)
        {
            if (!excesses.TryGetValue(groups[row], out var list)) excesses[groups[row]] = list = [];
            list.Add((truth[row] ? 1 : 0) - probabilities[row]);
        }

        var all = excesses.Select(pair => pair.Value.Count < rowsMin
            ? new GroupExcess(pair.Key, Interval.Undefined("student", $"the group has fewer than {rowsMin} rows", level),
                IsSuppressed: true)
            : new GroupExcess(pair.Key, MeanInterval.Student([.. pair.Value], level), IsSuppressed: false)).ToArray();
        var shown = all.Where(group => !group.IsSuppressed).Select(group => group.Excess.Estimate).ToArray();
        return new GroupCalibration(all, shown.Length < 2 ? Figure.Undefined("fewer than two groups are large enough")
            : shown.Max() - shown.Min());
    }
}
